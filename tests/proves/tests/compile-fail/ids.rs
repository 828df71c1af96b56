use kaa_proves::proves;

#[proves("KP-001", "KP-999")]
#[test]
fn unknown() {}

#[proves("KP-001", "KP-001")]
#[test]
fn twice() {}

#[proves(KP_001)]
#[test]
fn no_text() {}

#[proves("KP-001" "KP-002")]
#[test]
fn no_comma() {}

#[proves]
#[test]
fn none() {}

fn main() {}

use kaa_proves::proves;

#[proves("KP-001")]
mod module {}

#[proves("KP-001")]
#[derive(Debug)]
pub struct Struct;

#[proves("KP-001")]
fn no_test() {}

fn main() {}

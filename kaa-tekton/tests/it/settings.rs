//! The settings of Tekton itself.

use kaa_service::{LiveSettings, Metrics, Settings};
use kaa_tekton::Tekton;

fn tekton(yaml: &str) -> Result<bool, String> {
    let live = LiveSettings::new(Settings::from_yaml("dcx", yaml).unwrap(), &Metrics::new());
    Tekton::from_settings(&live).map(|tekton| tekton.is_some()).map_err(|error| error.to_string())
}

#[test]
fn without_settings_there_is_no_tekton() {
    assert_eq!(tekton(""), Ok(false));
    assert_eq!(tekton("kaa.tekton: {enabled: false, url: 'http://tekton'}"), Ok(false));
    assert_eq!(tekton("kaa.tekton.enabled: true"), Ok(true));
}

#[test]
fn what_makes_no_sense_is_refused_with_its_place_and_key() {
    for (yaml, key) in [
        ("url: tekton", "url"),
        ("url: 'ftp://tekton'", "url"),
        ("url: 'http://me:hunter2@tekton'", "url"),
        ("timeout: 0", "timeout"),
        ("timeout: soon", "timeout"),
    ] {
        let error = tekton(&format!("kaa.tekton:\n  enabled: true\n  {yaml}\n")).unwrap_err();
        let place = "the configuration of the program (line 3, column 3) is not valid: ";
        assert!(error.starts_with(&format!("{place}`kaa.tekton.{key}`: ")) && !error.contains("hunter2"), "{error}");
    }
    let error = tekton("kaa.tekton.enabled: true\nkaa.scmp.consumer.provider.service-instance.name: a.b").unwrap_err();
    assert!(error.contains("`kaa.scmp.consumer.provider.service-instance.name`"), "{error}");
}

#[test]
fn its_keys_are_known() {
    let yaml = "kaa.tekton: {enabled: false, urll: x}\nkaa.scmp.consumer.provider.service-instance.name: tekton";
    let live = LiveSettings::new(Settings::from_yaml("dcx", yaml).unwrap(), &Metrics::new());
    assert!(Tekton::from_settings(&live).unwrap().is_none());
    let unknown = live.current().unknown_keys();
    let unknown: Vec<_> = unknown.iter().map(|key| (key.key(), key.nearest())).collect();
    assert_eq!(unknown, [("kaa.tekton.urll", Some("kaa.tekton.url"))]);
}

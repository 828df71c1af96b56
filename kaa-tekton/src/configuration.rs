//! What Tekton holds for a service instance.

use kaa_platform::service_config::Scope;
use serde_json::{Map, Value, json};

use crate::rest::{FetchError, Rest};

const VERSIONS: &str = "versions";

/// The applications and tenants, as they are in a settings file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Configuration {
    applications: Map<String, Value>,
    tenants: Map<String, Value>,
}

impl Configuration {
    /// The same, with what a scope covers as it is now.
    pub(crate) async fn fetched_again(&self, rest: &Rest, scope: &Scope) -> Result<Self, FetchError> {
        let mut own = self.clone();
        match scope {
            Scope::Platform => {
                own = Self { applications: rest.applications().await?, tenants: rest.tenants(None).await? };
            }
            Scope::Tenant { tenant_id } => {
                let mut tenants = rest.tenants(Some(tenant_id)).await?;
                put(&mut own.tenants, tenant_id, tenants.remove(tenant_id));
                own.applications = rest.applications().await?;
            }
            Scope::Application { app_name, .. } => {
                let fetched = rest.application(app_name).await?;
                let application = fetched.map(|application| own.with_known_versions(app_name, application));
                put(&mut own.applications, app_name, application);
            }
            Scope::AppVersion { app_name, app_ver_name, .. } => {
                let fetched = rest.app_version(app_name, app_ver_name).await?;
                own.put_version(app_name, app_ver_name, fetched);
            }
        }
        Ok(own)
    }

    /// As the settings of a service have it.
    pub(crate) fn to_tree(&self) -> Value {
        json!({ "kaa": { "applications": self.applications, "tenants": self.tenants } })
    }

    /// An application, with the versions that are known if it comes without any.
    fn with_known_versions(&self, name: &str, mut application: Map<String, Value>) -> Value {
        let known = self.applications.get(name).and_then(|own| own.get(VERSIONS));
        if let (false, Some(known)) = (application.contains_key(VERSIONS), known) {
            application.insert(VERSIONS.to_owned(), known.clone());
        }
        Value::Object(application)
    }

    /// Puts a version of an application, or removes it.
    fn put_version(&mut self, application: &str, name: &str, version: Option<Map<String, Value>>) {
        let mut own = members(self.applications.get(application));
        let mut versions = members(own.get(VERSIONS));
        if version.is_none() && !versions.contains_key(name) {
            return;
        }
        put(&mut versions, name, version.map(Value::Object));
        own.insert(VERSIONS.to_owned(), Value::Object(versions));
        self.applications.insert(application.to_owned(), Value::Object(own));
    }
}

fn members(value: Option<&Value>) -> Map<String, Value> {
    value.and_then(Value::as_object).cloned().unwrap_or_default()
}

fn put(map: &mut Map<String, Value>, name: &str, value: Option<Value>) {
    match value {
        Some(value) => {
            map.insert(name.to_owned(), value);
        }
        None => {
            map.remove(name);
        }
    }
}

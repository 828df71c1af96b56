//! 15/EME: endpoint metadata. An event; listen with [`kaa_ism::listen`].

mod metadata_updated;

pub use metadata_updated::{MetadataKeyUpdatedDto, MetadataUpdatedEvent};

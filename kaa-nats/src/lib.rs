//! NATS transport for kaa-service.

//! The chassis of a Kaa service: transport, runner, requests, settings, graceful shutdown.

//! Reference service minikaa.

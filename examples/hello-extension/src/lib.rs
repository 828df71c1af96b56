//! Reference service hello-extension.

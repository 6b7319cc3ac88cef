//! The JSON that client and server see: ION forms, messages and OAuth bodies.

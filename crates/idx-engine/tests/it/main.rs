//! The engine from outside: whole sign-ups, properties over random ones, races, and a golden document for each kind of answer.

mod lab;
mod walk;

mod golden;
mod properties;
mod races;
mod sign_up;

//! The program from outside: every refusal with its exit code and its code, and what a refusal, a crash or a full disk leaves behind.
#![allow(clippy::disallowed_methods, reason = "tests read files as they like")]

mod canary;
mod consent;
mod crash;
mod dossier;
mod fishing;
mod hostile;
mod inputs;
mod keys;
mod lists;
mod log;
mod office;
mod patched;
mod release;
mod repeat;
mod resume;
mod retention;
mod schemas;
mod sign;
mod sign_off;
mod status;
mod stop;
mod terms;
mod world;

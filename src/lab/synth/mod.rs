//! Seeded synthetic populations of two or more agencies, with truth.

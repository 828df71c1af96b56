//! What the compiler accepts, and what it says about mistakes.

#[test]
fn test_with_known_ids_is_left_as_it_is() {
    trybuild::TestCases::new().pass("tests/compile-pass/*.rs");
}

#[test]
fn mistakes_are_explained_where_they_are_made() {
    trybuild::TestCases::new().compile_fail("tests/compile-fail/*.rs");
}

//! What the compiler says about mistakes.

#[test]
fn mistakes_are_explained_where_they_are_made() {
    trybuild::TestCases::new().compile_fail("tests/compile-fail/*.rs");
}

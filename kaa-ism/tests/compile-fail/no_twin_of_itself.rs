use kaa_ism::Datum;

#[derive(Datum)]
#[avro(borrowed)]
struct Bare {
    height: i32,
}

#[derive(Datum)]
#[avro(borrowed)]
struct Borrows<'a> {
    name: &'a str,
}

fn main() {}

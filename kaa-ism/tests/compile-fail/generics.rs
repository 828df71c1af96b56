use kaa_ism::Datum;

#[derive(Datum)]
struct Page<T> {
    items: Vec<T>,
}

fn main() {}

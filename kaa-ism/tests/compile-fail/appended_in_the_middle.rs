use kaa_ism::Datum;

#[derive(Datum)]
struct Middle {
    id: String,
    #[avro(default = null, appended)]
    config_name: Option<String>,
    payload: bytes::Bytes,
}

#[derive(Datum)]
struct WithoutDefault {
    id: String,
    #[avro(appended)]
    status_code: i32,
}

fn main() {}

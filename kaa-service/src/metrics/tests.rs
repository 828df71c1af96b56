use std::time::Duration;

use super::{registry::SERIES, role::Levels, *};

#[test]
fn a_family_is_written_once_with_help_and_type() {
    let metrics = Metrics::new();
    metrics.describe("oven_heat", "How hot it is,\nin \\ degrees.");
    metrics.gauge("oven_heat", &[]).set(-3);
    metrics.counter("kaa_late_answers_total", &[]).add(2);
    metrics.counter("undescribed_total", &[("a", "1")]).increment();
    metrics.counter("undescribed_total", &[("a", "2"), ("b", "x")]).increment();
    insta::assert_snapshot!(metrics.render(), @r#"
    # HELP kaa_late_answers_total Answers that nobody waited for any more.
    # TYPE kaa_late_answers_total counter
    kaa_late_answers_total 2
    # HELP oven_heat How hot it is,\nin \\ degrees.
    # TYPE oven_heat gauge
    oven_heat -3
    # TYPE undescribed_total counter
    undescribed_total{a="1"} 1
    undescribed_total{a="2",b="x"} 1
    "#);
}

#[test]
fn label_values_are_escaped() {
    let metrics = Metrics::new();
    metrics.counter("odd_total", &[("value", "a\\b\"c\nd")]).increment();
    assert_eq!(metrics.render(), "# TYPE odd_total counter\nodd_total{value=\"a\\\\b\\\"c\\nd\"} 1\n");
    assert_eq!(metrics.sum("odd_total", ("value", "a\\b\"c\nd")), 1);
}

#[test]
fn buckets_are_cumulative_and_their_bounds_belong_to_them() {
    let metrics = Metrics::new();
    let times = metrics.histogram("time_seconds", &[("message", "M")]);
    for took in [Duration::ZERO, Duration::from_micros(100), Duration::from_micros(101), Duration::from_secs(31)] {
        times.observe(took);
    }
    assert_eq!(times.count(), 4);
    assert_eq!(times.sum(), Duration::from_micros(201) + Duration::from_secs(31));
    insta::assert_snapshot!(metrics.render(), @r#"
    # TYPE time_seconds histogram
    time_seconds_bucket{message="M",le="0.0001"} 2
    time_seconds_bucket{message="M",le="0.00025"} 3
    time_seconds_bucket{message="M",le="0.0005"} 3
    time_seconds_bucket{message="M",le="0.001"} 3
    time_seconds_bucket{message="M",le="0.0025"} 3
    time_seconds_bucket{message="M",le="0.005"} 3
    time_seconds_bucket{message="M",le="0.01"} 3
    time_seconds_bucket{message="M",le="0.025"} 3
    time_seconds_bucket{message="M",le="0.05"} 3
    time_seconds_bucket{message="M",le="0.1"} 3
    time_seconds_bucket{message="M",le="0.25"} 3
    time_seconds_bucket{message="M",le="0.5"} 3
    time_seconds_bucket{message="M",le="1"} 3
    time_seconds_bucket{message="M",le="5"} 3
    time_seconds_bucket{message="M",le="10"} 3
    time_seconds_bucket{message="M",le="30"} 3
    time_seconds_bucket{message="M",le="+Inf"} 4
    time_seconds_sum{message="M"} 31.000201000
    time_seconds_count{message="M"} 4
    "#);
}

#[test]
fn the_number_of_series_is_bounded_and_nothing_is_lost() {
    let metrics = Metrics::new();
    for n in 0..SERIES + 10 {
        metrics.counter("many_total", &[("n", &n.to_string())]).increment();
    }
    assert_eq!(metrics.sum("many_total", ("n", "other")), 10);
    assert_eq!(metrics.render().lines().count(), 1 + SERIES + 1);
    metrics.counter("many_total", &[("n", "7")]).increment();
    assert_eq!(metrics.sum("many_total", ("n", "7")), 2, "a known one goes on");
}

#[test]
fn a_name_has_one_type() {
    let metrics = Metrics::new();
    metrics.counter("both", &[]).increment();
    metrics.gauge("both", &[("x", "y")]).set(5);
    assert_eq!(metrics.render(), "# TYPE both counter\nboth 1\n");
}

#[test]
fn several_services_share_a_family_and_keep_their_labels() {
    let (one, other) = (Metrics::new(), Metrics::new());
    one.counter("kaa_late_answers_total", &[]).increment();
    other.counter("kaa_late_answers_total", &[]).add(3);
    let text = render_all([("service=\"a\"".to_owned(), &one), ("service=\"b\"".to_owned(), &other)]);
    assert_eq!(text.matches("# TYPE").count(), 1);
    assert!(text.ends_with("total{service=\"a\"} 1\nkaa_late_answers_total{service=\"b\"} 3\n"), "{text}");
}

#[test]
fn levels_of_roles_with_the_same_messages_add_up_until_they_end() {
    let metrics = Metrics::new();
    let in_work = metrics.gauge("kaa_messages_in_work", &[("message", "M")]);
    let (mut one, mut other) = (Levels::new(&metrics, "M"), Levels::new(&metrics, "M"));
    one.set(2, 0);
    other.set(3, 5);
    one.set(1, 0);
    assert_eq!(in_work.value(), 4);
    drop(other);
    assert_eq!(in_work.value(), 1);
    assert_eq!(metrics.gauge("kaa_messages_waiting", &[("message", "M")]).value(), 0);
}

#[test]
fn every_row_of_the_table_can_be_read() {
    assert_eq!(table::rows().count(), include_str!("table.md").lines().count() - 2);
    assert!(table::rows().all(|[name, kind, _, meaning]| {
        name.starts_with("kaa_") && matches!(kind, "counter" | "gauge" | "histogram") && meaning.ends_with('.')
    }));
}

//! 26/ARMP.

use kaa_ism::Message as _;
use kaa_platform::{
    Bus as _, Context, RequestError, SendOptions, Status,
    armp::{
        Armp as _, AssetRepository, EMPTY_TREE, Relation, RelationGetRequest, RelationGetResponse,
        RelationTreeGetRequest, RelationTreeGetResponse, RelationTreeUpdated, repository,
    },
};
use kaa_proves::proves;

use crate::support::*;

const GET: &str = "kaa.v1.service.assets.armp.relation-get-request";
const GET_TREE: &str = "kaa.v1.service.assets.armp.relation-tree-get-request";

/// A building that contains a room, which is managed by somebody.
struct Building;

impl AssetRepository for Building {
    async fn relations(&self, request: RelationGetRequest, _: Context) -> Result<Vec<Relation>, Status> {
        let all = match request.entity_id.as_str() {
            "building" => vec![Relation::new("ASSET", "room", "CONTAINS"), Relation::new("USER", "u", "IS_MANAGED_BY")],
            "room" => Vec::new(),
            _ => return Err(Status::not_found("no such entity")),
        };
        let is_meant =
            |relation: &Relation| request.relation_type.as_ref().is_none_or(|it| *it == relation.relation_type);
        Ok(all.into_iter().filter(is_meant).collect())
    }

    async fn relation_tree(&self, request: RelationTreeGetRequest, _: Context) -> Result<Option<String>, Status> {
        match request.entity_id.as_str() {
            "building" => Ok(Some(r#"{"children":[]}"#.to_owned())),
            "room" => Ok(None),
            _ => Err(Status::not_found("no such entity")),
        }
    }
}

fn get(entity: &str) -> RelationGetRequest {
    RelationGetRequest::new("acme", "ASSET", entity)
}

fn get_tree(entity: &str) -> RelationTreeGetRequest {
    RelationTreeGetRequest::new("acme", "ASSET", entity)
}

fn is_not_found<T>(result: Result<T, RequestError>) -> bool {
    matches!(result, Err(RequestError::Refused(status)) if status.code().as_i32() == 404)
}

#[proves("ARMP-004", "ARMP-007", "ARMP-012", "ARMP-015")]
#[tokio::test(start_paused = true)]
async fn a_client_asks_and_the_repository_answers() {
    let world = World::default();
    let (_assets, client) = (world.serve("assets", repository(Building)).await, world.sender("wd").await);
    let armp = client.handle().armp(instance("assets"));
    let relations = async |request| armp.relations(request, SendOptions::default()).await;
    assert_eq!(relations(get("building")).await.unwrap().len(), 2);
    let contained = relations(get("building").with_relation_type("CONTAINS")).await.unwrap();
    assert_eq!(contained, [Relation::new("ASSET", "room", "CONTAINS")]);
    assert_eq!(relations(get("room")).await.unwrap(), []);
    assert!(is_not_found(relations(get("unknown")).await));
    let tree = async |request| armp.relation_tree(request, SendOptions::default()).await;
    assert_eq!(tree(get_tree("building")).await.unwrap(), r#"{"children":[]}"#);
    assert_eq!(tree(get_tree("room")).await.unwrap(), EMPTY_TREE);
    assert!(is_not_found(tree(get_tree("unknown")).await));
}

#[proves("ARMP-001", "ARMP-002", "ARMP-003", "ARMP-009", "ARMP-010", "ARMP-011")]
#[tokio::test(start_paused = true)]
async fn requests_have_their_subjects_and_say_where_the_answer_goes() {
    let world = World::default();
    let (_assets, client) = (world.serve("assets", repository(Building)).await, world.sender("wd").await);
    let mut sent = world.listen("kaa.v1.service.>").await;
    let armp = client.handle().armp(instance("assets"));
    let replica = client.handle().identity().replica.clone();
    armp.relations(get("room"), SendOptions::default()).await.unwrap();
    let incoming = next(&mut sent).await;
    assert_eq!(incoming.subject.as_str(), GET);
    assert_eq!(incoming.reply_to.unwrap().as_str(), format!("kaa.v1.replica.{replica}.armp.relation-get-response"));
    assert_eq!(RelationGetRequest::decode(&incoming.body).unwrap().entity_id, "room");
    armp.relation_tree(get_tree("room"), SendOptions::default()).await.unwrap();
    let incoming = next(&mut sent).await;
    assert_eq!(incoming.subject.as_str(), GET_TREE);
    assert_eq!(
        incoming.reply_to.unwrap().as_str(),
        format!("kaa.v1.replica.{replica}.armp.relation-tree-get-response")
    );
    assert_eq!(RelationTreeGetRequest::decode(&incoming.body).unwrap().entity_id, "room");
}

// D-22
#[proves("ARMP-005", "ARMP-006", "ARMP-013", "ARMP-014", "ARMP-015")]
#[tokio::test(start_paused = true)]
async fn answers_go_to_any_reply_to() {
    let world = World::default();
    let _assets = world.serve("assets", repository(Building)).await;
    let mut inbox = world.listen("_INBOX.>").await;
    let mut request = get("building");
    request.correlation_id = "c1".to_owned();
    world.publish(GET, request.to_bytes()).await;
    let response = RelationGetResponse::decode(&next(&mut inbox).await.body).unwrap();
    assert_eq!((response.correlation_id.as_str(), response.status_code, response.relations.len()), ("c1", 200, 2));
    for (entity, code, tree) in [("room", 200, Some(EMPTY_TREE)), ("unknown", 404, None)] {
        let mut request = get_tree(entity);
        request.correlation_id = entity.to_owned();
        world.publish(GET_TREE, request.to_bytes()).await;
        let response = RelationTreeGetResponse::decode(&next(&mut inbox).await.body).unwrap();
        assert_eq!((response.correlation_id.as_str(), response.status_code), (entity, code));
        assert_eq!(response.relation_tree.as_deref(), tree);
    }
}

#[proves("ARMP-017", "ARMP-018")]
#[tokio::test(start_paused = true)]
async fn a_changed_tree_is_announced_as_the_repository() {
    let world = World::default();
    let assets = world.serve("assets", repository(Building)).await;
    let mut events = world.listen("kaa.v1.events.>").await;
    let event = RelationTreeUpdated::new("acme", "ASSET", "room", EMPTY_TREE);
    assets.handle().broadcast(event).await.unwrap();
    let incoming = next(&mut events).await;
    assert_eq!(incoming.subject.as_str(), "kaa.v1.events.assets.entity.relation-tree.updated");
    assert_eq!(RelationTreeUpdated::decode(&incoming.body).unwrap().relation_tree, "{}");
}

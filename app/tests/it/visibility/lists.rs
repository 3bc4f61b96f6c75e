//! Lists among the random changes: several hands, films that nobody has logged, copies.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::StatusCode;
use rand::RngExt;
use rand::rngs::StdRng;

use super::VisibilityModel;
use crate::support::{ApiClient, TestClient, TestResponse};

/// More lists would only make the test slower.
const MAX_LISTS: usize = 5;

#[derive(Clone, Debug)]
pub struct TrackedList {
    pub id: i64,
    owner: usize,
    visibility: &'static str,
    /// The films, and whether a merge put them aside.
    films: BTreeMap<usize, bool>,
    /// The invited members, and whether they have accepted.
    invited: BTreeMap<usize, bool>,
    deleted_hours_ago: Option<i64>,
}

impl TrackedList {
    pub(super) fn wait(&mut self, hours: i64) {
        if let Some(ago) = &mut self.deleted_hours_ago {
            *ago += hours;
        }
    }

    /// Deleted lists are kept for a day.
    pub(super) fn is_kept(&self) -> bool {
        self.deleted_hours_ago < Some(24)
    }

    /// Returns whether the film moved.
    pub(super) fn merge(&mut self, from: usize, into: usize) -> bool {
        if !self.films.contains_key(&from) {
            return false;
        }
        let moves = !self.films.contains_key(&into);
        if moves {
            self.films.remove(&from);
            self.films.insert(into, false);
        } else {
            self.films.insert(from, true);
        }
        moves
    }

    pub(super) fn undo_merge(&mut self, from: usize, into: usize, has_moved: bool) {
        for is_put_aside in self.films.values_mut() {
            *is_put_aside = false;
        }
        if has_moved && self.films.remove(&into).is_some() {
            self.films.insert(from, false);
        }
    }

    fn listed(&self) -> impl Iterator<Item = usize> {
        let films = self.films.iter();
        films
            .filter(|(_, is_put_aside)| !**is_put_aside)
            .map(|(movie, _)| *movie)
    }
}

impl VisibilityModel {
    /// Lists that are deleted, and those of disabled or deleted accounts, are not there.
    fn is_there(&self, list: &TrackedList) -> bool {
        let owner = &self.members[list.owner];
        list.deleted_hours_ago.is_none() && !owner.disabled && !owner.deleted
    }

    fn changes_films(&self, list: &TrackedList, member: usize) -> bool {
        let may_change = list.owner == member || list.invited.get(&member) == Some(&true);
        self.is_there(list) && may_change
    }

    fn may_see_list(&self, list: &TrackedList, viewer: Option<usize>) -> bool {
        let may_see = match list.visibility {
            "public" => true,
            "members" => viewer.is_some(),
            _ => viewer.is_some_and(|viewer| self.changes_films(list, viewer)),
        };
        self.is_there(list) && may_see
    }

    fn ids_of_films(&self, list: &TrackedList) -> BTreeSet<i64> {
        list.listed().map(|movie| self.movies[movie]).collect()
    }

    pub(super) async fn check_lists(
        &self,
        viewer: Option<usize>,
        client: &TestClient,
        program: &ApiClient,
        step: &str,
    ) {
        for list in &self.lists {
            let told = format!("{list:?} for {viewer:?} after {step}");
            let path = format!("/lists/{}", list.id);
            let films = self.ids_of_films(list);
            let expected = self.may_see_list(list, viewer).then_some(films);
            let page = client.get(&path).await;
            let shown = page.attributes(".movies li[data-movie]", "data-movie");
            assert_eq!(ids_if_there(&page, shown), expected, "{told}");
            let answer = program.get(&format!("/api{path}")).await;
            let shown = answer.json()["entries"].as_array().cloned();
            let shown = shown.into_iter().flatten();
            let shown = shown.map(|entry| entry["movie_id"].to_string()).collect();
            assert_eq!(ids_if_there(&answer, shown), expected, "{told}");
            let feed = client.get(format!("{path}/feed.atom")).await;
            let is_public = self.is_there(list) && list.visibility == "public";
            assert_eq!(feed.status == 200, is_public, "{told}");
            if viewer.is_none() && expected.is_some() {
                self.check_what_visitors_see(list, &page, &told);
            }
        }
        self.check_lists_of_members(viewer, client, step).await;
        self.check_lists_of_movies(viewer, client, step).await;
    }

    /// No name but the owner’s, and no link to a film whose page they may not see.
    fn check_what_visitors_see(&self, list: &TrackedList, page: &TestResponse, told: &str) {
        let text = page.texts("main").concat();
        for (index, person) in self.members.iter().enumerate() {
            let is_named = text.contains(&person.name.to_uppercase());
            assert_eq!(is_named, index == list.owner, "{}: {told}", person.name);
        }
        let linked = page.attributes(".movies li > a", "href");
        let with_page = list.listed().filter(|movie| {
            let reviews = self.visible_ids(None, |review| review.movie == *movie);
            !reviews.is_empty()
        });
        let with_page: BTreeSet<_> = with_page
            .map(|movie| format!("/movies/{}", self.movies[movie]))
            .collect();
        assert_eq!(BTreeSet::from_iter(linked), with_page, "{told}");
    }

    async fn check_lists_of_members(&self, viewer: Option<usize>, client: &TestClient, step: &str) {
        for (owner, person) in self.members.iter().enumerate() {
            let is_own = viewer == Some(owner);
            let expected = self.lists.iter().filter(|list| {
                self.may_see_list(list, viewer) && list.owner == owner
                    || is_own && self.changes_films(list, owner)
            });
            let expected: BTreeSet<_> = expected.map(|list| list.id).collect();
            let page = client.get(format!("/users/{}/lists", person.name)).await;
            let shown = linked_lists(&page, ".lists a.title");
            assert_eq!(
                shown, expected,
                "lists of {owner} for {viewer:?} after {step}"
            );
        }
    }

    async fn check_lists_of_movies(&self, viewer: Option<usize>, client: &TestClient, step: &str) {
        for movie in self.known_movies() {
            let page = client.get(format!("/movies/{}", self.movies[movie])).await;
            if page.status != 200 {
                continue;
            }
            let on = self.lists.iter().filter(|list| {
                self.may_see_list(list, viewer) && list.listed().any(|listed| listed == movie)
            });
            let on: BTreeSet<_> = on.map(|list| list.id).collect();
            let shown = linked_lists(&page, "#movie-lists .lists a.title");
            assert_eq!(shown, on, "lists with {movie} for {viewer:?} after {step}");
        }
    }

    pub(super) async fn change_lists(
        &mut self,
        who: usize,
        visibility: &'static str,
        dice: &mut StdRng,
    ) -> String {
        let has_room = self.lists.len() < MAX_LISTS;
        let action: usize = dice.random_range(0..14);
        if self.lists.is_empty() || action < 2 && has_room {
            return self.make_list(who, visibility).await;
        }
        let at = self.pick_list(who, action, dice);
        let other = dice.random_range(1..self.members.len());
        let other = (who + other) % self.members.len();
        match action {
            2 => self.set_list_visibility(who, at, visibility).await,
            3..=7 => {
                let film = dice.random_range(0..self.movies.len());
                self.add_or_remove(who, at, film).await
            }
            8 => self.invite(who, at, other).await,
            9 | 10 => self.accept(who, at).await,
            11 if self.lists[at].owner == who => self.remove_member(who, at, other).await,
            11 => self.remove_member(who, at, who).await,
            12 if has_room => self.copy(who, at).await,
            _ => self.delete_or_restore(who, at).await,
        }
    }

    /// Mostly one where the action is allowed.
    fn pick_list(&self, who: usize, action: usize, dice: &mut StdRng) -> usize {
        let fits = |list: &TrackedList| match action {
            3..=7 => self.changes_films(list, who),
            9 | 10 => list.invited.get(&who) == Some(&false),
            11 => list.owner == who && !list.invited.is_empty() || list.invited.contains_key(&who),
            12 => self.may_see_list(list, Some(who)),
            _ => list.owner == who,
        };
        let fitting: Vec<usize> = (0..self.lists.len())
            .filter(|at| fits(&self.lists[*at]))
            .collect();
        if fitting.is_empty() || dice.random_range(0..4) == 0 {
            return dice.random_range(0..self.lists.len());
        }
        fitting[dice.random_range(0..fitting.len())]
    }

    pub(super) async fn make_list(&mut self, owner: usize, visibility: &'static str) -> String {
        let fields = [("title", "A list"), ("visibility", visibility)];
        let made = self.members[owner].client.post("/lists", &fields).await;
        let id = id_in_location(&made.expect(StatusCode::SEE_OTHER));
        self.lists.push(TrackedList {
            id,
            owner,
            visibility,
            films: BTreeMap::new(),
            invited: BTreeMap::new(),
            deleted_hours_ago: None,
        });
        format!("{owner} makes list {id}: {visibility}")
    }

    async fn set_list_visibility(
        &mut self,
        who: usize,
        at: usize,
        visibility: &'static str,
    ) -> String {
        let list = &self.lists[at];
        let id = list.id;
        let form = self.members[who]
            .client
            .get(format!("/lists/{id}/edit"))
            .await;
        let may_change = self.is_there(list) && list.owner == who;
        assert_eq!(form.status == 200, may_change, "{who} edits {list:?}");
        if may_change {
            let form = form.form("main form").set("visibility", visibility);
            let saved = self.members[who].client.submit(&form).await;
            saved.expect(StatusCode::SEE_OTHER);
            self.lists[at].visibility = visibility;
        }
        format!("{who} makes list {id} {visibility}: {may_change}")
    }

    pub(super) async fn add_or_remove(&mut self, who: usize, at: usize, film: usize) -> String {
        let movie = self.merged_into(film);
        let is_listed = self.lists[at].films.contains_key(&movie);
        let path = format!("/lists/{}/entries", self.lists[at].id);
        let done = if is_listed {
            let path = format!("{path}/{}/ending", self.movies[movie]);
            self.post_to_list(who, &path, &[], self.changes_films(&self.lists[at], who))
                .await
        } else {
            // A film by its title, which may be that of one that was merged.
            let title = format!("Film {film} (2000)");
            let fields = [("line-0", title.as_str()), ("choice-0", "new")];
            let may_add = self.changes_films(&self.lists[at], who);
            self.post_to_list(who, &path, &fields, may_add).await
        };
        if done && is_listed {
            self.lists[at].films.remove(&movie);
        } else if done {
            self.lists[at].films.insert(movie, false);
            self.learn_id(who, at, movie).await;
        }
        format!("{who} adds or removes film {movie} at {path}: {done}")
    }

    /// A film that is named for the first time has an id by now.
    async fn learn_id(&mut self, who: usize, at: usize, movie: usize) {
        let path = format!("/lists/{}", self.lists[at].id);
        let page = self.members[who].client.get(path).await;
        let titles = page.texts(".movies li .title");
        let title = format!("Film {movie}");
        let number = titles.iter().position(|shown| *shown == title);
        let ids = page.attributes(".movies li[data-movie]", "data-movie");
        let id = ids[number.expect("it is on the list")].parse();
        self.movies[movie] = id.expect("an id");
    }

    pub(super) async fn invite(&mut self, who: usize, at: usize, other: usize) -> String {
        let list = &self.lists[at];
        let path = format!("/lists/{}/members", list.id);
        let may_invite = self.is_there(list) && list.owner == who;
        let fields = [("username", self.members[other].name.as_str())];
        let answer = self.members[who].client.post(&path, &fields).await;
        let can_join = other != who && !self.members[other].disabled;
        let expected = match (may_invite, can_join) {
            (true, true) => StatusCode::SEE_OTHER,
            (true, false) => StatusCode::UNPROCESSABLE_ENTITY,
            (false, _) => StatusCode::NOT_FOUND,
        };
        answer.expect(expected);
        if expected == StatusCode::SEE_OTHER {
            self.lists[at].invited.entry(other).or_insert(false);
        }
        format!("{who} invites {other} at {path}: {expected}")
    }

    pub(super) async fn accept(&mut self, who: usize, at: usize) -> String {
        let list = &self.lists[at];
        let path = format!("/lists/{}/members/acceptance", list.id);
        let may_join = self.is_there(list) && list.invited.get(&who) == Some(&false);
        if self.post_to_list(who, &path, &[], may_join).await {
            self.lists[at].invited.insert(who, true);
        }
        format!("{who} accepts at {path}: {may_join}")
    }

    /// The owner removes anybody, others themselves.
    async fn remove_member(&mut self, who: usize, at: usize, other: usize) -> String {
        let list = &self.lists[at];
        let path = format!("/lists/{}/members/ending", list.id);
        let is_owner = self.is_there(list) && list.owner == who;
        let may_remove = list.invited.contains_key(&other) && (is_owner || who == other);
        let name = self.members[other].name.clone();
        let fields = [("username", name.as_str())];
        if self.post_to_list(who, &path, &fields, may_remove).await {
            self.lists[at].invited.remove(&other);
        }
        format!("{who} removes {other} at {path}: {may_remove}")
    }

    async fn copy(&mut self, who: usize, at: usize) -> String {
        let original = self.lists[at].clone();
        let path = format!("/lists/{}/copying", original.id);
        let answer = self.members[who].client.post(&path, &[]).await;
        let may_copy = self.may_see_list(&original, Some(who));
        assert_eq!(answer.status == 303, may_copy, "{who}: {path}");
        if may_copy {
            self.lists.push(TrackedList {
                id: id_in_location(&answer),
                owner: who,
                visibility: "private",
                films: original.listed().map(|movie| (movie, false)).collect(),
                invited: BTreeMap::new(),
                deleted_hours_ago: None,
            });
        }
        format!("{who} copies {}: {may_copy}", original.id)
    }

    async fn delete_or_restore(&mut self, who: usize, at: usize) -> String {
        let list = &self.lists[at];
        let is_own = list.owner == who;
        let (noun, then) = match list.deleted_hours_ago {
            None => ("deletion", Some(0)),
            Some(_) => ("restoration", None),
        };
        let path = format!("/lists/{}/{noun}", list.id);
        if self.post_to_list(who, &path, &[], is_own).await {
            self.lists[at].deleted_hours_ago = then;
        }
        format!("{who}: {path}: {is_own}")
    }

    /// Who may not do it is told that there is no such list. Returns whether it was done.
    async fn post_to_list(
        &self,
        who: usize,
        path: &str,
        fields: &[(&str, &str)],
        may_do: bool,
    ) -> bool {
        let answer = self.members[who].client.post(path, fields).await;
        answer.expect(match may_do {
            true => StatusCode::SEE_OTHER,
            false => StatusCode::NOT_FOUND,
        });
        may_do
    }
}

fn ids_if_there(answer: &TestResponse, ids: Vec<String>) -> Option<BTreeSet<i64>> {
    let ids = ids.iter().map(|id| id.parse().expect("an id"));
    match answer.status {
        200 => Some(ids.collect()),
        status => {
            assert_eq!(status, 404, "{}", answer.body);
            None
        }
    }
}

fn linked_lists(page: &TestResponse, selector: &str) -> BTreeSet<i64> {
    let paths = page.attributes(selector, "href");
    let ids = paths.iter().map(|path| path.trim_start_matches("/lists/"));
    ids.map(|id| id.parse().expect("an id")).collect()
}

fn id_in_location(answer: &TestResponse) -> i64 {
    let path = answer.header("location");
    let id = path.trim_start_matches("/lists/").parse();
    id.expect("an id")
}

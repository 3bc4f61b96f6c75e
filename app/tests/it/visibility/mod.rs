//! Who may see what, checked with a simple model and with canary texts.

mod archives;
mod canaries;
mod imports;
mod lists;
mod merges;

use std::collections::BTreeSet;

use axum::http::StatusCode;
use chrono::{NaiveDate, TimeDelta};
use movies_diary::background;
use movies_diary::diary::tally;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::support::api_client::api_client_of;
use crate::support::{ApiClient, App, PASSWORD, ReviewBuilder, TestClient};
use archives::check_archives;
use imports::TrackedImport;
use lists::TrackedList;
use merges::TrackedMerge;

const CHOICES: [&str; 3] = ["public", "members", "private"];

#[derive(Clone, Debug)]
struct TrackedReview {
    id: i64,
    owner: usize,
    movie: usize,
    visibility: &'static str,
    day: NaiveDate,
    /// Whether its member moved it to another movie: then no undone import takes it back.
    is_moved: bool,
    deleted_hours_ago: Option<i64>,
}

/// A film that a member has saved for later.
#[derive(Clone, Debug)]
struct TrackedSaving {
    owner: usize,
    movie: usize,
    added_on: NaiveDate,
    /// The review that took it off the watchlist.
    taken_off_by: Option<i64>,
    /// Whether a merge put it aside, because the other film is saved too.
    put_aside: bool,
}

impl TrackedSaving {
    fn is_listed(&self) -> bool {
        self.taken_off_by.is_none() && !self.put_aside
    }
}

struct TrackedMember {
    client: TestClient,
    program: ApiClient,
    name: String,
    id: i64,
    diary_visibility: &'static str,
    /// `None` for that of the diary.
    watchlist_visibility: Option<&'static str>,
    disabled: bool,
    deleted: bool,
}

struct VisibilityModel {
    app: App,
    boss: TestClient,
    members: Vec<TrackedMember>,
    reviews: Vec<TrackedReview>,
    savings: Vec<TrackedSaving>,
    lists: Vec<TrackedList>,
    imports: Vec<TrackedImport>,
    /// The ids of “Film 0” and so on; 0 until somebody has named it. Nobody logs the last one, so
    /// it is only on lists, unless a review is changed to it.
    movies: [i64; 4],
    /// At most one merge at a time.
    merge: Option<TrackedMerge>,
}

impl VisibilityModel {
    /// The stricter of diary and review counts; deleted reviews, and reviews of disabled or deleted
    /// accounts, are hidden.
    fn is_visible(&self, review: &TrackedReview, viewer: Option<usize>) -> bool {
        let owner = &self.members[review.owner];
        let is_out = owner.disabled || owner.deleted || review.deleted_hours_ago.is_some();
        let stricter = CHOICES
            .iter()
            .rposition(|choice| [owner.diary_visibility, review.visibility].contains(choice));
        !is_out
            && match (stricter, viewer) {
                (Some(0), _) => true,
                (Some(1), viewer) => viewer.is_some(),
                (_, viewer) => viewer == Some(review.owner),
            }
    }

    /// The movies on a watchlist; `None` for those who may not see it.
    fn visible_watchlist(&self, owner: usize, viewer: Option<usize>) -> Option<BTreeSet<i64>> {
        let person = &self.members[owner];
        let visibility = person
            .watchlist_visibility
            .unwrap_or(person.diary_visibility);
        let may_see = match visibility {
            "public" => true,
            "members" => viewer.is_some(),
            _ => viewer == Some(owner),
        };
        let savings = self.savings.iter().filter(|saving| saving.owner == owner);
        let listed = savings.filter(|saving| saving.is_listed());
        let movies = listed.map(|saving| self.movies[saving.movie]).collect();
        (may_see && !person.disabled && !person.deleted).then_some(movies)
    }

    fn saving(&mut self, owner: usize, movie: usize) -> Option<&mut TrackedSaving> {
        let mut savings = self.savings.iter_mut();
        savings.find(|saving| saving.owner == owner && saving.movie == movie)
    }

    /// A viewing from before the day of saving takes nothing off.
    fn take_off(&mut self, review: &TrackedReview) {
        let saving = self.saving(review.owner, review.movie);
        if let Some(saving) = saving
            && saving.is_listed()
            && saving.added_on <= review.day
        {
            saving.taken_off_by = Some(review.id);
        }
    }

    fn put_back(&mut self, review: i64) {
        for saving in &mut self.savings {
            if saving.taken_off_by == Some(review) {
                saving.taken_off_by = None;
            }
        }
    }

    fn visible_ids(
        &self,
        viewer: Option<usize>,
        only: impl Fn(&TrackedReview) -> bool,
    ) -> BTreeSet<i64> {
        self.reviews
            .iter()
            .filter(|review| only(review) && self.is_visible(review, viewer))
            .map(|review| review.id)
            .collect()
    }

    async fn check_all_lists(&self, step: &str) {
        let tallies = tally::verify(&self.app.state.db).await.expect("a count");
        assert_eq!(tallies.wrong, 0, "numbers that were kept, after {step}");
        let mut viewers = vec![(None, self.app.visitor(), self.app.api_client())];
        for (index, person) in self.members.iter().enumerate() {
            if person.disabled || person.deleted {
                person
                    .program
                    .get("/api/me")
                    .await
                    .expect(StatusCode::UNAUTHORIZED)
            } else {
                let (client, program) = (person.client.clone(), person.program.clone());
                viewers.push((Some(index), client, program));
                continue;
            };
        }
        for (viewer, client, program) in viewers {
            let everything = self.visible_ids(viewer, |_| true);
            let context = format!("feed of {viewer:?} after {step}");
            assert_eq!(
                review_ids_on_pages(&client, "/").await,
                everything,
                "{context}"
            );
            assert_eq!(
                review_ids_in_api(&program, "/api/feed").await,
                everything,
                "{context}"
            );
            for (owner, person) in self.members.iter().enumerate() {
                let expected = self.visible_ids(viewer, |review| review.owner == owner);
                let told = format!("diary of {owner} for {viewer:?} after {step}");
                let path = format!("/users/{}", person.name);
                assert_eq!(
                    review_ids_on_pages(&client, &path).await,
                    expected,
                    "{told}"
                );
                let path = format!("/api/users/{}/diary", person.name);
                assert_eq!(review_ids_in_api(&program, &path).await, expected, "{told}");
                let page = client
                    .get(format!("/users/{}/watchlist", person.name))
                    .await;
                let movies = page.attributes(".movies li[data-movie]", "data-movie");
                let movies = movies.iter().map(|id| id.parse().expect("an id"));
                let seen = (page.status == 200).then(|| movies.collect());
                let expected = self.visible_watchlist(owner, viewer);
                assert_eq!(seen, expected, "watch{told}");
            }
            self.check_lists(viewer, &client, &program, step).await;
            for (index, movie) in self.movies.iter().enumerate() {
                if self.merged_into(index) != index {
                    continue;
                }
                let path = format!("/movies/{movie}");
                let expected = self.visible_ids(viewer, |review| review.movie == index);
                if viewer.is_none() {
                    let is_there = client.get(&path).await.status == 200;
                    assert_eq!(is_there, !expected.is_empty(), "{path} after {step}");
                }
                assert_eq!(
                    review_ids_on_pages(&client, &path).await,
                    expected,
                    "{path} after {step}"
                );
                let path = format!("/api/reviews?movie_id={movie}");
                let listed = review_ids_in_api(&program, &path).await;
                assert_eq!(listed, expected, "{path} after {step}");
            }
            for review in &self.reviews {
                let path = format!("/reviews/{}", review.id);
                let expected = self.is_visible(review, viewer);
                for answer in [
                    client.get(&path).await,
                    program.get(&format!("/api{path}")).await,
                ] {
                    let is_there = answer.status == 200;
                    assert_eq!(is_there, expected, "{review:?} for {viewer:?} after {step}");
                }
            }
        }
    }

    /// Films, and a list of two members, with a film that nobody has logged.
    async fn first_steps(&mut self) {
        self.log_review(0, 0, "private").await;
        self.log_review(1, 1, "public").await;
        self.make_list(0, "private").await;
        self.make_list(1, "public").await;
        for film in [0, 3] {
            self.add_or_remove(0, 0, film).await;
        }
        self.add_or_remove(1, 1, 3).await;
        self.invite(0, 0, 1).await;
        self.accept(1, 0).await;
        self.check_all_lists("the first steps").await;
    }

    async fn random_change(&mut self, dice: &mut StdRng) -> String {
        let choice = CHOICES[dice.random_range(0..3)];
        let roll = dice.random_range(0..38);
        let active: Vec<usize> = (0..self.members.len())
            .filter(|who| !self.members[*who].disabled && !self.members[*who].deleted)
            .collect();
        let who = match active.as_slice() {
            some if roll != 9 && !some.is_empty() => some[dice.random_range(0..some.len())],
            _ => dice.random_range(0..self.members.len()),
        };
        let active = active.contains(&who);
        match roll {
            0..4 if active => self.log_review(who, dice.random_range(0..3), choice).await,
            4..6 if active => self.edit_review(who, choice, dice).await,
            6 if active => self.delete_review(who, dice).await,
            7 if active => self.restore_review(who, dice).await,
            8 if active => {
                let fields = [("visibility", choice)];
                let client = &self.members[who].client;
                client
                    .post("/settings/visibility", &fields)
                    .await
                    .expect(StatusCode::SEE_OTHER);
                self.members[who].diary_visibility = choice;
                format!("{who} opens or closes the diary: {choice}")
            }
            9 if !self.members[who].deleted => self.disable_or_enable(who).await,
            10 => self.wait_and_sweep().await,
            11 if active => self.change_movie(who, dice).await,
            12..15 if active => self.save_or_remove(who, dice).await,
            15 if active => self.open_watchlist(who, dice).await,
            16..29 if active => self.change_lists(who, choice, dice).await,
            29..32 => self.merge_or_undo(dice).await,
            32..36 if active => self.import_file(who, choice, dice).await,
            36..38 if active => self.undo_import(who, dice).await,
            _ => "nothing".to_owned(),
        }
    }

    async fn log_review(&mut self, owner: usize, movie: usize, visibility: &'static str) -> String {
        let client = &self.members[owner].client;
        let review =
            ReviewBuilder::of(&format!("Film {movie}"), 2000).with("visibility", visibility);
        let id = review.log(client).await;
        let movie = self.merged_into(movie);
        self.movies[movie] = client.movie_of(id).await;
        let review = TrackedReview {
            id,
            owner,
            movie,
            visibility,
            day: self.app.state.clock.today(chrono_tz::UTC),
            is_moved: false,
            deleted_hours_ago: None,
        };
        self.take_off(&review);
        self.reviews.push(review);
        format!("{owner} logs {id} as {visibility}")
    }

    fn pick_review(&self, owner: usize, deleted: bool, dice: &mut StdRng) -> Option<usize> {
        let fitting: Vec<usize> = (0..self.reviews.len())
            .filter(|at| self.reviews[*at].owner == owner)
            .filter(|at| self.reviews[*at].deleted_hours_ago.is_some() == deleted)
            .collect();
        (!fitting.is_empty()).then(|| fitting[dice.random_range(0..fitting.len())])
    }

    async fn edit_review(
        &mut self,
        owner: usize,
        visibility: &'static str,
        dice: &mut StdRng,
    ) -> String {
        let Some(at) = self.pick_review(owner, false, dice) else {
            return "nothing to edit".to_owned();
        };
        let client = &self.members[owner].client;
        let id = self.reviews[at].id;
        let form = client
            .get(format!("/reviews/{id}/edit"))
            .await
            .form("form.review");
        let answer = client.submit(&form.set("visibility", visibility)).await;
        answer.expect(StatusCode::SEE_OTHER);
        self.reviews[at].visibility = visibility;
        format!("{owner} makes {id} {visibility}")
    }

    async fn change_movie(&mut self, owner: usize, dice: &mut StdRng) -> String {
        let Some(at) = self.pick_review(owner, false, dice) else {
            return "nothing to move".to_owned();
        };
        let id = self.reviews[at].id;
        let known = self.known_movies();
        let movie = known[dice.random_range(0..known.len())];
        let fields = [("movie", self.movies[movie].to_string())];
        let fields = fields
            .each_ref()
            .map(|(name, value)| (*name, value.as_str()));
        let client = &self.members[owner].client;
        client
            .post(format!("/reviews/{id}/movie"), &fields)
            .await
            .expect(StatusCode::SEE_OTHER);
        self.reviews[at].is_moved |= self.reviews[at].movie != movie;
        self.reviews[at].movie = movie;
        self.put_back(id);
        let review = self.reviews[at].clone();
        self.take_off(&review);
        format!("{id} is of film {movie}")
    }

    async fn save_or_remove(&mut self, owner: usize, dice: &mut StdRng) -> String {
        let movie = self.merged_into(dice.random_range(0..self.movies.len()));
        if self.movies[movie] == 0 {
            return "nothing to save".to_owned();
        }
        let path = format!("/movies/{}/watchlisting", self.movies[movie]);
        let client = self.members[owner].client.clone();
        let today = self.app.state.clock.today(chrono_tz::UTC);
        let saving = self.saving(owner, movie);
        if saving.as_ref().is_some_and(|saving| saving.is_listed()) {
            let removed = client.post(format!("{path}/ending"), &[]).await;
            removed.expect(StatusCode::SEE_OTHER);
            self.savings
                .retain(|saving| (saving.owner, saving.movie) != (owner, movie));
            return format!("{owner} takes film {movie} off");
        }
        client.post(&path, &[]).await.expect(StatusCode::SEE_OTHER);
        self.savings
            .retain(|saving| (saving.owner, saving.movie) != (owner, movie));
        self.savings.push(TrackedSaving {
            owner,
            movie,
            added_on: today,
            taken_off_by: None,
            put_aside: false,
        });
        format!("{owner} saves film {movie}")
    }

    async fn open_watchlist(&mut self, owner: usize, dice: &mut StdRng) -> String {
        let choice = [None, Some("public"), Some("members"), Some("private")];
        let choice = choice[dice.random_range(0..4)];
        let fields = [("visibility", choice.unwrap_or_default())];
        let client = &self.members[owner].client;
        let saved = client.post("/settings/watchlist", &fields).await;
        saved.expect(StatusCode::SEE_OTHER);
        self.members[owner].watchlist_visibility = choice;
        format!("{owner} opens or closes the watchlist: {choice:?}")
    }

    async fn delete_review(&mut self, owner: usize, dice: &mut StdRng) -> String {
        let Some(at) = self.pick_review(owner, false, dice) else {
            return "nothing to delete".to_owned();
        };
        let id = self.reviews[at].id;
        let client = &self.members[owner].client;
        client
            .post(format!("/reviews/{id}/deletion"), &[])
            .await
            .expect(StatusCode::SEE_OTHER);
        self.reviews[at].deleted_hours_ago = Some(0);
        self.put_back(id);
        format!("{owner} deletes {id}")
    }

    async fn restore_review(&mut self, owner: usize, dice: &mut StdRng) -> String {
        let Some(at) = self.pick_review(owner, true, dice) else {
            return "nothing to restore".to_owned();
        };
        let id = self.reviews[at].id;
        let in_time = self.reviews[at].deleted_hours_ago < Some(24);
        let client = &self.members[owner].client;
        let answer = client.post(format!("/reviews/{id}/restoration"), &[]).await;
        assert_eq!(answer.status == 303, in_time, "restoring {id}");
        if in_time {
            self.reviews[at].deleted_hours_ago = None;
            let review = self.reviews[at].clone();
            self.take_off(&review);
        }
        format!("{owner} restores {id}")
    }

    async fn disable_or_enable(&mut self, who: usize) -> String {
        let person = &mut self.members[who];
        let action = if person.disabled {
            "enabling"
        } else {
            "disabling"
        };
        let path = format!("/admin/members/{}/{action}", person.id);
        self.boss
            .post(path, &[])
            .await
            .expect(StatusCode::SEE_OTHER);
        person.disabled = !person.disabled;
        if !person.disabled {
            let client = self.app.visitor();
            sign_in_by_member_id(&self.app, &client, person.id).await;
            person.program = api_client_of(&self.app, &client, "write").await;
            person.client = client;
        }
        format!("{action} {who}")
    }

    async fn wait_and_sweep(&mut self) -> String {
        self.app.state.clock.advance(TimeDelta::hours(7));
        for review in &mut self.reviews {
            if let Some(hours) = &mut review.deleted_hours_ago {
                *hours += 7;
            }
        }
        for list in &mut self.lists {
            list.wait(7);
        }
        background::sweep_all(&self.app.state)
            .await
            .expect("a round");
        self.reviews
            .retain(|review| review.deleted_hours_ago < Some(24));
        self.lists.retain(TrackedList::is_kept);
        "seven hours and a sweep".to_owned()
    }
}

/// Uses a reset link, which does not count as a sign-in attempt.
async fn sign_in_by_member_id(app: &App, client: &TestClient, member: i64) {
    use entity::one_time_link::LinkPurpose;
    let issued = movies_diary::accounts::issue_link(
        &app.state.db,
        &app.state.clock,
        LinkPurpose::Reset,
        Some(member),
        None,
    );
    let code = issued.await.expect("a code");
    let fields = [("code", code.expose()), ("password", PASSWORD)];
    client
        .post("/reset", &fields)
        .await
        .expect(StatusCode::SEE_OTHER);
}

/// The ids of all reviews from `path` on, page by page.
async fn review_ids_on_pages(client: &TestClient, path: &str) -> BTreeSet<i64> {
    let mut ids = BTreeSet::new();
    let mut next = Some(path.to_owned());
    while let Some(path) = next {
        let page = client.get(&path).await;
        for id in page.attributes(".entry, .viewing, .film[id]", "id") {
            let id = id.strip_prefix("review-").and_then(|id| id.parse().ok());
            ids.insert(id.expect("an id"));
        }
        next = page.attributes(".older a", "href").pop();
    }
    ids
}

/// The ids of all reviews from `path` on, page by page; empty on 404.
async fn review_ids_in_api(program: &ApiClient, path: &str) -> BTreeSet<i64> {
    let mut ids = BTreeSet::new();
    let mut next = Some(path.to_owned());
    while let Some(path) = next {
        let answer = program.get(&path).await;
        assert!(
            [200, 404].contains(&answer.status),
            "{path}: {}",
            answer.status
        );
        let page = answer.json();
        let reviews = page["reviews"].as_array().into_iter().flatten();
        ids.extend(reviews.filter_map(|review| review["id"].as_i64()));
        next = page["next"].as_str().map(str::to_owned);
    }
    ids
}

/// Random changes; after each, every list of every viewer is compared with the model.
#[tokio::test]
async fn lists_match_the_model_after_random_changes() {
    // The test sends more requests than the API allows by default.
    let no_limits = [
        ("API_REQUESTS_PER_MINUTE_BY_ADDRESS", "1000000"),
        ("API_REQUESTS_PER_MINUTE_BY_TOKEN", "1000000"),
    ];
    for seed in 0..3 {
        let app = App::start_with(&no_limits).await;
        let boss = app.admin("boss").await;
        let mut members = Vec::new();
        for name in ["ada", "eve", "grace"] {
            let client = app.member(name).await;
            let row = movies_diary::accounts::queries::find_by_username(&app.state.db, name).await;
            members.push(TrackedMember {
                program: api_client_of(&app, &client, "write").await,
                client,
                name: name.to_owned(),
                id: row.expect("an answer").expect("a member").id,
                diary_visibility: "public",
                watchlist_visibility: None,
                disabled: false,
                deleted: false,
            });
        }
        let mut model = VisibilityModel {
            app,
            boss,
            members,
            reviews: Vec::new(),
            savings: Vec::new(),
            lists: Vec::new(),
            imports: Vec::new(),
            movies: [0; 4],
            merge: None,
        };
        model.first_steps().await;
        let mut dice = StdRng::seed_from_u64(seed);
        for number in 0..36 {
            let step = model.random_change(&mut dice).await;
            model
                .check_all_lists(&format!("step {number} of seed {seed}: {step}"))
                .await;
        }
        let leaving = &model.members[0];
        let fields = [("password", PASSWORD)];
        if !leaving.disabled {
            let answer = leaving.client.post("/settings/deletion", &fields).await;
            answer.expect(StatusCode::SEE_OTHER);
            model.members[0].deleted = true;
            model.check_all_lists("a deleted account").await;
        }
        check_archives(&model).await;
    }
}

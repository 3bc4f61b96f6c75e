//! Merging films that are the same, and undoing a merge, whatever has happened since.

use axum::http::StatusCode;
use movies_diary::diary::tally;

use crate::completion::merge_movies;
use crate::corrections::submit_correction;
use crate::support::{App, ReviewBuilder, TestClient, TestResponse};

/// An admin corrects the title of `movie` to that of another one, which merges the two.
async fn merge_by_title(admin: &TestClient, movie: i64, title: &str) {
    let corrected = submit_correction(admin, movie, &[("title", title)]).await;
    corrected.expect(StatusCode::SEE_OTHER);
}

/// Undoes the merge of the film with this title, on the page of the film that it leads to.
async fn undo_merge_of(admin: &TestClient, title: &str, page: i64) -> TestResponse {
    let page = admin.get(format!("/movies/{page}")).await;
    let merges = page.texts(".actions:has(form[action^='/movies/merges/'])");
    let is_wanted = |line: &String| line.starts_with(&format!("{title} ("));
    let number = merges.iter().position(is_wanted);
    let number = number.unwrap_or_else(|| panic!("{title} is not in {merges:?}"));
    let merge = page.nth_element(".actions:has(form[action^='/movies/merges/'])", number);
    admin.submit(&merge.form("form")).await
}

fn last_number(path: &str) -> i64 {
    let last = path.rsplit('/').next().expect("a part");
    last.parse().expect("an id")
}

struct Chain {
    app: App,
    boss: TestClient,
    /// The reviews of “One”, “Two” and “Three”.
    reviews: [i64; 3],
    movies: [i64; 3],
}

/// “One” is merged into “Two”, and that into “Three”. The IMDb id of “One” goes along as far as
/// `Three` has none of its own.
async fn chain_of_merges(three: ReviewBuilder) -> Chain {
    let app = App::start().await;
    let boss = app.admin("boss").await;
    let one = ReviewBuilder::of("One", 1999).with("imdb_id", "tt0000001");
    let two = ReviewBuilder::of("Two", 1999).with("director", "Ann Other");
    let reviews = [
        one.log(&boss).await,
        two.log(&boss).await,
        three.log(&boss).await,
    ];
    let movies = [
        boss.movie_of(reviews[0]).await,
        boss.movie_of(reviews[1]).await,
        boss.movie_of(reviews[2]).await,
    ];
    merge_movies(&app, movies[0], movies[1]).await;
    merge_movies(&app, movies[1], movies[2]).await;
    for review in reviews {
        assert_eq!(boss.movie_of(review).await, movies[2]);
    }
    Chain {
        app,
        boss,
        reviews,
        movies,
    }
}

#[tokio::test]
async fn a_chain_of_merges_is_undone_in_any_order() {
    let without_id = || ReviewBuilder::of("Three", 1999);
    let with_id = || without_id().with("imdb_id", "tt0000003");
    for (three, order) in [
        (without_id(), ["One", "Two"]),
        (without_id(), ["Two", "One"]),
        (with_id(), ["One", "Two"]),
        (with_id(), ["Two", "One"]),
    ] {
        let Chain {
            app,
            boss,
            reviews,
            movies,
        } = chain_of_merges(three).await;
        for title in order {
            // After “Two” has come back, “One” leads there.
            let page = match title {
                "One" => {
                    let old = boss.get(format!("/movies/{}", movies[0])).await;
                    last_number(old.header("location"))
                }
                _ => movies[2],
            };
            let undone = undo_merge_of(&boss, title, page).await;
            undone.expect(StatusCode::SEE_OTHER);
        }
        for (review, movie) in reviews.into_iter().zip(movies) {
            assert_eq!(boss.movie_of(review).await, movie, "{order:?}");
        }
        // The id is where it was.
        let by_id = ReviewBuilder::of("Uno", 2000).with("imdb_id", "tt0000001");
        let review = by_id.log(&boss).await;
        assert_eq!(boss.movie_of(review).await, movies[0], "{order:?}");
        let check = movies_diary::diary::tally::verify(&app.state.db).await;
        assert_eq!(check.expect("a count").wrong, 0, "{order:?}");
    }
}

/// What came back by undoing the first merge no longer belongs to the second.
#[tokio::test]
async fn undoing_a_merge_takes_nothing_that_was_merged_again() {
    let Chain {
        app: _app,
        boss,
        reviews,
        movies,
    } = chain_of_merges(ReviewBuilder::of("Three", 1999)).await;
    let undone = undo_merge_of(&boss, "One", movies[2]).await;
    undone.expect(StatusCode::SEE_OTHER);
    merge_by_title(&boss, movies[0], "Three").await;
    let undone = undo_merge_of(&boss, "Two", movies[2]).await;
    undone.expect(StatusCode::SEE_OTHER);
    for (review, movie) in [(0, 2), (1, 1), (2, 2)] {
        assert_eq!(boss.movie_of(reviews[review]).await, movies[movie]);
    }
}

#[tokio::test]
async fn a_merge_whose_name_was_taken_since_is_not_undone() {
    let app = App::start().await;
    let boss = app.admin("boss").await;
    let heat = ReviewBuilder::of("Heat", 1995).log(&boss).await;
    let haet = ReviewBuilder::of("Haet", 1995).log(&boss).await;
    let (heat_movie, haet_movie) = (boss.movie_of(heat).await, boss.movie_of(haet).await);
    merge_by_title(&boss, haet_movie, "Heat").await;
    // The film that stays takes the name.
    merge_by_title(&boss, heat_movie, "Haet").await;
    let refused = undo_merge_of(&boss, "Haet", heat_movie).await;
    let refused = refused.expect(StatusCode::CONFLICT);
    assert!(
        refused
            .body
            .contains("another film here has the same title")
    );
    assert_eq!(boss.movie_of(haet).await, heat_movie, "nothing changed");

    merge_by_title(&boss, heat_movie, "Heat").await;
    let undone = undo_merge_of(&boss, "Haet", heat_movie).await;
    undone.expect(StatusCode::SEE_OTHER);
    assert_eq!(boss.movie_of(haet).await, haet_movie);
}

#[tokio::test]
async fn a_merged_film_typed_again_leads_to_the_one_that_stays() {
    let app = App::start().await;
    let boss = app.admin("boss").await;
    let heat = ReviewBuilder::of("Heat", 1995).with("director", "Michael Mann");
    let haet = ReviewBuilder::of("Haet", 1995).with("director", "M. Man");
    let stays = boss.movie_of(heat.log(&boss).await).await;
    let goes = boss.movie_of(haet.log(&boss).await).await;
    let fields = [("title", "Heat"), ("director", "Michael Mann")];
    let merged = submit_correction(&boss, goes, &fields).await;
    assert_eq!(merged.header("location"), format!("/movies/{stays}"));

    let eve = app.member("eve").await;
    for typed in [
        haet.clone(),
        ReviewBuilder::of("haet", 1995),
        ReviewBuilder::of("HAET", 1995).with("director", "Michael Mann, M. Man"),
    ] {
        assert_eq!(eve.movie_of(typed.log(&eve).await).await, stays);
    }
    let fields = [("title", "Heat!"), ("director", "Somebody Else")];
    let corrected = submit_correction(&boss, stays, &fields).await;
    corrected.expect(StatusCode::SEE_OTHER);
    assert_eq!(eve.movie_of(haet.log(&eve).await).await, stays);
    // By another director it is another film.
    let other = ReviewBuilder::of("Haet", 1995).with("director", "Ann Other");
    assert_ne!(eve.movie_of(other.log(&eve).await).await, stays);

    // Undoing the merge still works, since nobody has taken the name with that director.
    let undone = undo_merge_of(&boss, "Haet", stays).await;
    undone.expect(StatusCode::SEE_OTHER);
    assert_eq!(eve.movie_of(haet.log(&eve).await).await, goes);
}

/// A correction looks the same whether somebody else has logged the film in private, has deleted a
/// review of it, or has never heard of it. The reviews of others stay where they are.
#[tokio::test]
async fn a_correction_does_not_tell_who_else_logged_the_film() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let grace = app.member("grace").await;
    ReviewBuilder::of("Heat", 1995).log(&grace).await;
    let mut pages = Vec::new();
    for (year, theirs) in [(1981, "private"), (1982, "deleted"), (1983, "none")] {
        let thief = ReviewBuilder::of("Thief", year);
        let review = match theirs {
            "none" => None,
            "private" => Some(
                thief
                    .clone()
                    .with("visibility", "private")
                    .log(&grace)
                    .await,
            ),
            _ => Some(thief.log(&grace).await),
        };
        let deleted = review.filter(|_| theirs == "deleted");
        if let Some(review) = deleted {
            grace.post(format!("/reviews/{review}/deletion"), &[]).await;
        }
        let own = thief.log(&ada).await;
        let movie = ada.movie_of(own).await;
        let fields = [("title", "Heat"), ("year", "1995")];
        let corrected = submit_correction(&ada, movie, &fields).await;
        assert_eq!(corrected.header("location"), "/movies/1");
        assert_eq!(ada.movie_of(own).await, 1);
        let page = ada.get(format!("/movies/{movie}")).await;
        let page = page.expect(StatusCode::OK);
        assert_eq!(page.titles(), [""; 0]);
        let shown = page.texts("main").concat();
        pages.push(shown.replace(&year.to_string(), "YEAR"));
        if let Some(review) = deleted {
            let restored = grace.post(format!("/reviews/{review}/restoration"), &[]);
            restored.await.expect(StatusCode::SEE_OTHER);
        }
        if let Some(review) = review {
            assert_eq!(grace.movie_of(review).await, movie, "{theirs}");
        }
    }
    assert!(pages.iter().all(|page| *page == pages[2]), "{pages:?}");
    let tallies = tally::verify(&app.state.db).await.expect("read");
    assert_eq!(tallies.wrong, 0);
}

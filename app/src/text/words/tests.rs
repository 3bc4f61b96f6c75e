use proptest::prelude::*;

use super::fold_words;

/// Each row is one film, in the ways that people and services write it.
const SAME: [&[&str]; 60] = [
    &[
        "Schindler's List",
        "Schindler’s List",
        "SCHINDLERS LIST",
        "Schindler´s List",
        "Schindler‘s  list",
    ],
    &["Amélie", "Amelie", "AMÉLIE", "Ame\u{301}lie"],
    &["WALL·E", "WALL-E", "Wall•E", "WALL–E"],
    &["M*A*S*H", "MASH", "M.A.S.H.", "m a s h"],
    &[
        "E.T. the Extra-Terrestrial",
        "ET the Extra Terrestrial",
        "E.T.: The Extra-Terrestrial",
    ],
    &[
        "Spider-Man: No Way Home",
        "Spider Man – No Way Home",
        "spider‐man: no way home!",
    ],
    &[
        "Birdman or (The Unexpected Virtue of Ignorance)",
        "Birdman: Or the Unexpected Virtue of Ignorance",
    ],
    &[
        "Romeo + Juliet",
        "Romeo & Juliet",
        "Romeo and Juliet",
        "Romeo ＆ Juliet",
    ],
    &[
        "Kill Bill: Vol. 1",
        "Kill Bill Vol 1",
        "Kill Bill: Volume 1",
        "Kill Bill – volume 1",
    ],
    &["8½", "8 1/2", "8 ½", "8 1⁄2"],
    &["9½ Weeks", "9 1/2 Weeks"],
    &["Alien³", "Alien 3", "ALIEN ³"],
    &[
        "20,000 Leagues Under the Sea",
        "20000 Leagues under the Sea",
        "20.000 Leagues Under the Sea",
    ],
    &["The Man Who Would Be King…", "The Man Who Would Be King"],
    &["Łódź", "Lodz", "ŁÓDŹ"],
    &["Kød & Blod", "Kod and Blod"],
    &["Đavolji raj", "Davolji Raj"],
    &["Ærø", "Aero"],
    &["Cœur fidèle", "Coeur Fidele"],
    &["Það besta", "Thad besta"],
    &["Ħal", "Hal"],
    &["Straße", "STRASSE", "Strasse"],
    &["İstanbul", "Istanbul", "ISTANBUL", "ıstanbul"],
    &["Kış Uykusu", "Kis Uykusu", "KIŞ UYKUSU"],
    &["Ὀδυσσεύς", "ΟΔΥΣΣΕΥΣ", "Οδυσσευς"],
    &["Сталкер", "СТАЛКЕР"],
    &["Ёлки", "Елки"],
    &["וַאלְס עִם בַּאשִׁיר", "ואלס עם באשיר"],
    &["كَفَرْنَاحُوم", "كفرناحوم", "كفرنـــاحوم"],
    &["トトロ", "ととろ", "ﾄﾄﾛ"],
    &["ガメラ", "がめら", "ｶﾞﾒﾗ"],
    &["Ｍａｔｒｉｘ", "Matrix", "ＭＡＴＲＩＸ"],
    &["２００１", "2001"],
    &["기생충", "기생충"],
    &["What's Up, Doc?", "Whats up Doc", "What’s Up Doc?!"],
    &["Mother!", "mother", "¡Mother!"],
    &[
        "¿Qué he hecho yo para merecer esto!",
        "Que he hecho yo para merecer esto",
    ],
    &[
        "(500) Days of Summer",
        "500 Days of Summer",
        "[500] Days of Summer",
    ],
    &["#Alive", "Alive", "#alive"],
    &["12:08 East of Bucharest", "12.08 East of Bucharest"],
    &["3:10 to Yuma", "3.10 to Yuma", "3 10 to Yuma"],
    &["Face/Off", "Face Off", "Face-Off", "Face∕Off"],
    &["Se7en", "SE7EN"],
    &[
        "Dr. Strangelove or: How I Learned to Stop Worrying",
        "Dr Strangelove, or How I learned to stop worrying",
    ],
    &["O Brother, Where Art Thou?", "O brother where art thou"],
    &["Y tu mamá también", "Y Tu Mama Tambien"],
    &["L'Avventura", "L’avventura", "LAvventura"],
    &[
        "Il buono, il brutto, il cattivo.",
        "Il buono il brutto il cattivo",
    ],
    &["Léon: The Professional", "Leon – The Professional"],
    &[
        "The Matrix",
        "The\u{200b} Matrix",
        "The\u{a0}Matrix",
        "THE MATRIX™",
        "The Mat\u{ad}rix",
    ],
    &["J. J. Abrams", "JJ Abrams", "J.J. Abrams", "j j abrams"],
    &["M. Night Shyamalan", "M Night Shyamalan"],
    &["Jean-Pierre Jeunet", "Jean Pierre Jeunet"],
    &["Beyoncé Knowles-Carter", "Beyonce Knowles Carter"],
    &["Conan O'Brien", "Conan OBrien", "Conan O’Brien"],
    &["Krzysztof Kieślowski", "KRZYSZTOF KIESLOWSKI"],
    &["Robert Downey, Jr.", "Robert Downey Jr"],
    &["Andrzej Żuławski", "Andrzej Zulawski"],
    &["C.R.A.Z.Y.", "CRAZY", "Crazy"],
    &["S.W.A.T.", "SWAT"],
];

/// Films that are not the same, although they are close.
const DIFFERENT: [(&str, &str); 33] = [
    ("8½", "81/2"),
    ("8½", "812"),
    ("9", "Nine"),
    ("Undefeated", "The Undefeated"),
    ("Rocky II", "Rocky 2"),
    ("Rocky", "Rocky II"),
    ("Alien", "Aliens"),
    ("Alien", "Alien³"),
    ("A Star Is Born", "Star Is Born"),
    ("か", "が"),
    ("क", "के"),
    ("ハハ", "パパ"),
    ("女", "母"),
    ("京", "東京"),
    ("千年女優", "千年"),
    ("Мир", "Mir"),
    ("Αθήνα", "Athena"),
    ("שלום", "Shalom"),
    ("سلام", "Salam"),
    ("기생충", "기생"),
    ("$", "???"),
    ("*", "**"),
    ("300", "3000"),
    ("1,000", "1,00"),
    ("Vol", "Volt"),
    ("Pi", "π"),
    ("It", "I T follows"),
    ("Up", "Up!Up!"),
    ("The Rapist", "Therapist"),
    ("Now and Then", "Now Then"),
    ("I, Robot", "Robot"),
    ("X", "X2"),
    ("Heat", "Haet"),
];

#[test]
fn a_film_is_its_words_however_they_are_written() {
    for spellings in SAME {
        for spelling in spellings {
            assert_eq!(fold_words(spelling), fold_words(spellings[0]), "{spelling}");
        }
    }
}

#[test]
fn other_words_are_other_films() {
    for (one, other) in DIFFERENT {
        assert_ne!(fold_words(one), fold_words(other), "{one} and {other}");
    }
    for (row, spellings) in SAME.iter().enumerate() {
        for others in &SAME[row + 1..] {
            assert_ne!(fold_words(spellings[0]), fold_words(others[0]));
        }
    }
}

#[test]
fn a_title_of_punctuation_alone_keeps_it() {
    assert_eq!(fold_words(" ??? "), "???");
    assert_eq!(fold_words("…"), "...");
}

/// A title of words as they occur, with a mark that means nothing between two of them.
fn title_with_marks() -> impl Strategy<Value = (String, String)> {
    let words = prop::collection::vec("[a-zäéøł]{2,8}|[0-9]{1,2}|[ァ-ン]{2,4}|[א-ת]{2,5}", 1..6);
    let marks = prop::collection::vec("[:,;!?…–—\"“”()\\[\\]\u{200b}\u{202a}] ?", 6);
    (words, marks).prop_map(|(words, marks)| {
        let marked: String = words
            .iter()
            .zip(marks)
            .fold(String::new(), |title, (word, mark)| {
                format!("{title} {}{mark}", word.to_uppercase())
            });
        (words.join(" "), marked)
    })
}

proptest! {
    #[test]
    fn marks_and_case_make_no_difference((plain, marked) in title_with_marks()) {
        prop_assert_eq!(fold_words(&marked), fold_words(&plain));
    }

    #[test]
    fn folding_words_twice_changes_nothing(text in any::<String>()) {
        let once = fold_words(&text);
        prop_assert_eq!(fold_words(&once), once);
    }

    #[test]
    fn marks_on_both_sides_of_an_apostrophe_are_in_order(
        first in "[\u{11370}\u{1133b}\u{5b0}\u{93c}\u{94d}]{1,2}",
        second in "[\u{11370}\u{1133b}\u{5b0}\u{93c}\u{94d}]{1,2}",
    ) {
        let once = fold_words(&format!("{first}`{second}"));
        prop_assert_eq!(fold_words(&once), once);
    }

    #[test]
    fn folded_words_are_letters_digits_and_single_spaces(text in "\\PC{0,20}[a-z]\\PC{0,20}") {
        let words = fold_words(&text);
        prop_assert!(!words.is_empty());
        prop_assert!(words.split(' ').all(|word| !word.is_empty()), "{:?}", words);
        prop_assert!(!words.chars().any(|c| c.is_ascii_punctuation()), "{:?}", words);
    }
}

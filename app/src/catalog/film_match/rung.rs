//! How a film was matched: the rungs of a ladder, from certain to likely.

/// Why a film is the one that is meant. Each rung is tried only when nothing stands on those above.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rung {
    /// It has one of the ids.
    Id,
    /// A title, original title or other name is the same once folded, and so is the year.
    NameAndYear,
    /// The name is the same by the rules for finding (articles, numbers, abbreviations), and so is
    /// the year.
    SimilarNameAndYear,
    /// The name is the same, and the year is one more or one less: premieres and releases differ.
    NameAndNearYear,
    /// The name is the same by the rules for finding, and the year is one more or one less.
    SimilarNameAndNearYear,
    /// No year is said, and only one film has the name, here and in the catalog together.
    OnlyOneOfThatName,
}

/// Who asks which film is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MatchCaller {
    /// Somebody typed it and can be asked.
    Form,
    /// A program sent it and expects that it is kept.
    Api,
    /// Thousands of rows, which are shown before they are written.
    Import,
    /// Another server tells what was watched; nobody is there to be asked.
    Webhook,
}

impl Rung {
    const ALL: [Self; 6] = [
        Self::Id,
        Self::NameAndYear,
        Self::SimilarNameAndYear,
        Self::NameAndNearYear,
        Self::SimilarNameAndNearYear,
        Self::OnlyOneOfThatName,
    ];

    /// Whether the rung decides for `caller`. What does not decide is offered.
    pub fn decides_for(self, caller: MatchCaller) -> bool {
        match caller {
            MatchCaller::Form | MatchCaller::Api => self <= Self::NameAndYear,
            MatchCaller::Webhook => self != Self::OnlyOneOfThatName,
            MatchCaller::Import => true,
        }
    }

    /// The identifier in the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::NameAndYear => "name-year",
            Self::SimilarNameAndYear => "similar-name-year",
            Self::NameAndNearYear => "name-near-year",
            Self::SimilarNameAndNearYear => "similar-name-near-year",
            Self::OnlyOneOfThatName => "only-name",
        }
    }

    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rung| rung.name() == name)
    }
}

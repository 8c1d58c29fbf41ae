/// A SELECT statement.
struct Select: Equatable, Sendable {
    let table: TableName
    let isDistinct: Bool
    /// Empty: all columns.
    let selectors: [Selector]
    var relations: [Relation] = []
    var ordering: [Ordering] = []
    var perPartitionLimit: Term?
    var limit: Term?
    var allowsFiltering = false
}

/// One expression of a selection, with its alias.
struct Selector: Equatable, Sendable {
    enum Expression: Equatable, Sendable {
        case column(String)
        case writeTime(String)
        case timeToLive(String)
        case token([String])
        /// `count(*)` and `count(1)`
        case countRows
        case countColumn(String)
    }

    let expression: Expression
    let alias: String?
}

/// One condition of a WHERE clause.
struct Relation: Equatable, Sendable {
    enum Operator: String, Sendable {
        case equal = "="
        case notEqual = "!="
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
    }

    enum Subject: Equatable, Sendable {
        case column(String)
        case token([String])
        /// `(a, b)` of a multi-column relation.
        case columns([String])
    }

    enum Predicate: Equatable, Sendable {
        case compare(Operator, Term)
        /// `IN (a, b)`
        case inTerms([Term])
        /// `IN ?`
        case inMarker(Term)
        case isNotNull
    }

    let subject: Subject
    let predicate: Predicate
}

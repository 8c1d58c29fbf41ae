/// A SELECT statement.
struct Select: Equatable, Sendable {
    let table: TableName
    let isDistinct: Bool
    /// Empty: all columns.
    let selectors: [Selector]
    var relations: [Relation] = []
    var grouping: [String] = []
    var ordering: [Ordering] = []
    var perPartitionLimit: Term?
    var limit: Term?
    var allowsFiltering = false
}

/// One expression of a selection, with its alias.
struct Selector: Equatable, Sendable {
    indirect enum Expression: Equatable, Sendable {
        case column(String)
        /// A constant or bind marker, which only a function can take.
        case term(Term)
        /// Of any function but `count(*)`; `writetime` and `ttl` look like functions too.
        case call(String, [Expression])
        /// `count(*)` and `count(1)`
        case countRows
        case cast(Expression, TypeName)
        /// `m['key']`
        case element(Expression, Term)
        /// `u.field`
        case field(Expression, String)
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
        /// `m['key']`
        case element(String, Term)
    }

    enum Predicate: Equatable, Sendable {
        case compare(Operator, Term)
        /// `IN (a, b)`
        case inTerms([Term])
        /// `IN ?`
        case inMarker(Term)
        case contains(Term)
        case containsKey(Term)
        case isNotNull
    }

    let subject: Subject
    let predicate: Predicate
}

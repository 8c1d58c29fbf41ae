/// A parsed statement: what the text says, before any schema is looked at.
enum Statement: Equatable, Sendable {
    case use(keyspace: String)
    case createKeyspace(CreateKeyspace)
    case alterKeyspace(AlterKeyspace)
    case dropKeyspace(name: String, ifExists: Bool)
    case createTable(CreateTable)
    case alterTable(AlterTable)
    case dropTable(TableName, ifExists: Bool)
    case truncate(TableName)
    case insert(Insert)
    case update(Update)
    case delete(Delete)
    case batch(Batch)
    case select(Select)
}

/// A statement with the bind markers that were met in it, in order; named ones have their name.
struct ParsedStatement: Equatable, Sendable {
    let statement: Statement
    let markerNames: [String?]
}

/// A table's name, with its keyspace when the text gives one.
struct TableName: Equatable, Sendable {
    let keyspace: String?
    let name: String
}

/// An option behind WITH: `name = value`.
struct Property: Equatable, Sendable {
    let name: String
    let value: Term
}

struct CreateKeyspace: Equatable, Sendable {
    let name: String
    let ifNotExists: Bool
    let properties: [Property]
}

struct AlterKeyspace: Equatable, Sendable {
    let name: String
    let ifExists: Bool
    let properties: [Property]
}

/// A type as written: a name with parameters, such as `frozen<list<int>>`.
struct TypeName: Equatable, Sendable {
    let name: String
    let parameters: [TypeName]
}

struct ColumnDefinition: Equatable, Sendable {
    let name: String
    let type: TypeName
    var isStatic = false
}

/// A column of ORDER BY or CLUSTERING ORDER BY.
struct Ordering: Equatable, Sendable {
    let column: String
    let isDescending: Bool
}

struct CreateTable: Equatable, Sendable {
    let name: TableName
    let ifNotExists: Bool
    var columns: [ColumnDefinition] = []
    /// Each PRIMARY KEY clause met, whether beside a column or on its own.
    var primaryKeys: [PrimaryKey] = []
    var clusteringOrder: [Ordering] = []
    var properties: [Property] = []

    struct PrimaryKey: Equatable, Sendable {
        let partition: [String]
        let clustering: [String]
    }
}

struct AlterTable: Equatable, Sendable {
    enum Change: Equatable, Sendable {
        case add([ColumnDefinition], ifNotExists: Bool)
        case drop([String], ifExists: Bool)
        case rename([Renaming])
        case with([Property])
    }

    struct Renaming: Equatable, Sendable {
        let from: String
        let to: String
    }

    let name: TableName
    let ifExists: Bool
    let change: Change
}

/// USING TIMESTAMP and USING TTL.
struct UsingClause: Equatable, Sendable {
    var timestamp: Term?
    var timeToLive: Term?
}

/// The IF of a conditional (lightweight transaction) statement.
enum Condition: Equatable, Sendable {
    case none
    case notExists
    case exists
    /// IF with column conditions.
    case columns
}

struct Insert: Equatable, Sendable {
    let table: TableName
    let columns: [String]
    let values: [Term]
    var condition = Condition.none
    var using = UsingClause()
}

struct Update: Equatable, Sendable {
    struct Assignment: Equatable, Sendable {
        let column: String
        let value: Term
    }

    let table: TableName
    let using: UsingClause
    let assignments: [Assignment]
    let relations: [Relation]
    let condition: Condition
}

struct Delete: Equatable, Sendable {
    let table: TableName
    /// Empty: the row, or the partition.
    let columns: [String]
    let using: UsingClause
    let relations: [Relation]
    let condition: Condition
}

struct Batch: Equatable, Sendable {
    enum Kind: UInt8, Sendable {
        case logged = 0
        case unlogged = 1
        case counter = 2
    }

    let kind: Kind
    let using: UsingClause
    let statements: [Statement]
}

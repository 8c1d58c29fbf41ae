/// A parsed statement: what the text says, before any schema is looked at.
enum Statement: Equatable, Sendable {
    case use(keyspace: String)
    case createKeyspace(CreateKeyspace)
    case alterKeyspace(AlterKeyspace)
    case dropKeyspace(name: String, ifExists: Bool)
    case createTable(CreateTable)
    case alterTable(AlterTable)
    case dropTable(TableName, ifExists: Bool)
    case createType(CreateType)
    case alterType(AlterType)
    case dropType(TableName, ifExists: Bool)
    /// Of a kind of object of which there is none here: functions, aggregates, views, indexes, triggers.
    case dropAbsent(kind: String, TableName, ifExists: Bool)
    case describe(Describe)
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

struct CreateType: Equatable, Sendable {
    struct Field: Equatable, Sendable {
        let name: String
        let type: TypeName
    }

    let name: TableName
    let ifNotExists: Bool
    let fields: [Field]
}

struct AlterType: Equatable, Sendable {
    enum Change: Equatable, Sendable {
        case add(CreateType.Field)
        case rename([AlterTable.Renaming])
    }

    let name: TableName
    let ifExists: Bool
    let change: Change
}

/// What DESCRIBE is to tell of.
enum Describe: Equatable, Sendable {
    case cluster
    case schema(includesSystem: Bool)
    case keyspaces
    case tables
    case types
    /// Nil: the connection's keyspace.
    case keyspace(String?)
    case table(TableName)
    case type(TableName)
    /// A name alone: a keyspace, table or type.
    case any(TableName)
    /// A kind of object of which there is none here: functions, aggregates, views, indexes; `name` is nil for all.
    case absent(kind: String, name: TableName?)
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
    case columns([ColumnCondition])
}

/// A column, or a part of one: `c`, `c['key']`, `c.field`.
struct ColumnPart: Equatable, Sendable {
    enum Part: Equatable, Sendable {
        case whole
        case element(Term)
        case field(String)
    }

    let column: String
    let part: Part
}

/// One comparison of an IF.
struct ColumnCondition: Equatable, Sendable {
    let subject: ColumnPart
    let predicate: Relation.Predicate
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
        enum Operation: Equatable, Sendable {
            /// `c = x`, `c['key'] = x`, `c.field = x`
            case set(Term)
            /// `c = c + x`
            case append(Term)
            /// `c = x + c`
            case prepend(Term)
            /// `c = c - x`
            case remove(Term)
        }

        let target: ColumnPart
        let operation: Operation
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
    let columns: [ColumnPart]
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

/// A value as a statement writes it; its type comes from the column it meets.
indirect enum Term: Equatable, Sendable {
    case null
    case string(String)
    case integer(String)
    case float(String)
    case boolean(Bool)
    case uuid(String)
    /// Hexadecimal digits, without `0x`.
    case blob(String)
    case duration(String)
    /// A bind marker, by its position among the statement's markers.
    case marker(Int)
    case list([Term])
    case set([Term])
    case map([Entry])
    case tuple([Term])
    /// A value of a user-defined type: `{street: 'Main', zip: 1}`.
    case fields([Field])
    case function(name: String, arguments: [Term])

    /// A key and its value in a map literal.
    struct Entry: Equatable, Sendable {
        let key: Term
        let value: Term
    }

    /// A field and its value in the literal of a user-defined type.
    struct Field: Equatable, Sendable {
        let name: String
        let value: Term
    }
}

extension Term {
    /// The literal as error messages quote it.
    var text: String {
        switch self {
        case .null: "null"
        case .string(let text): text
        case .integer(let text), .float(let text), .uuid(let text), .duration(let text): text
        case .boolean(let value): value ? "true" : "false"
        case .blob(let digits): "0x\(digits)"
        case .marker: "?"
        case .list(let terms): "[\(terms.map(\.text).joined(separator: ", "))]"
        case .set(let terms): "{\(terms.map(\.text).joined(separator: ", "))}"
        case .tuple(let terms): "(\(terms.map(\.text).joined(separator: ", ")))"
        case .map(let entries): "{\(entries.map { "\($0.key.text): \($0.value.text)" }.joined(separator: ", "))}"
        case .fields(let fields): "{\(fields.map { "\($0.name): \($0.value.text)" }.joined(separator: ", "))}"
        case .function(let name, let arguments): "\(name)(\(arguments.map(\.text).joined(separator: ", ")))"
        }
    }

    /// The kind of constant as the reference server names it in errors.
    var constantKind: String {
        switch self {
        case .string: "STRING"
        case .integer: "INTEGER"
        case .float: "FLOAT"
        case .boolean: "BOOLEAN"
        case .uuid: "UUID"
        case .blob: "HEX"
        case .duration: "DURATION"
        case .null: "NULL"
        case .list: "list"
        case .set: "set"
        case .map: "map"
        case .tuple: "tuple"
        case .fields: "user type"
        case .function: "function"
        case .marker: "bind marker"
        }
    }
}

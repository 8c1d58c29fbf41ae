extension JSON {
    /// The value of an object's member, the last one if the name is repeated; nil for anything else.
    package subscript(name: String) -> JSON? {
        guard case .object(let members) = self else { return nil }
        return members.last { $0.name == name }?.value
    }

    package var string: String? {
        guard case .string(let value) = self else { return nil }
        return value
    }

    package var integer: Int? {
        switch self {
        case .integer(let value): value
        case .number(let value): Int(exactly: value)
        default: nil
        }
    }

    package var boolean: Bool? {
        guard case .boolean(let value) = self else { return nil }
        return value
    }

    package var array: [JSON]? {
        guard case .array(let values) = self else { return nil }
        return values
    }

    package var members: [Member]? {
        guard case .object(let members) = self else { return nil }
        return members
    }

    /// An array's strings; other elements are passed over.
    package var strings: [String] { (array ?? []).compactMap(\.string) }

    /// An object's members that are strings; the last of a repeated name.
    package var stringMembers: [String: String] {
        let pairs = (members ?? []).compactMap { member in member.value.string.map { (member.name, $0) } }
        return Dictionary(pairs) { $1 }
    }

    package init(strings: [String]) { self = .array(strings.map { .string($0) }) }

    /// An object of strings, sorted by name so that equal dictionaries become equal values.
    package init(strings: [String: String]) {
        self = .object(strings.sorted { $0.key < $1.key }.map { Member($0.key, .string($0.value)) })
    }

    /// Whether both mean the same: the order of an object's members aside.
    package func means(_ other: JSON) -> Bool {
        switch (self, other) {
        case (.object(let ours), .object(let theirs)):
            return ours.count == theirs.count
                && ours.allSatisfy { member in other[member.name].map { member.value.means($0) } ?? false }
        case (.array(let ours), .array(let theirs)):
            return ours.count == theirs.count && zip(ours, theirs).allSatisfy { $0.means($1) }
        default:
            return self == other
        }
    }
}

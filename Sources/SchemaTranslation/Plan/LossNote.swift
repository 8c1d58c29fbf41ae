/// Something that the target will not have, or will have differently.
package enum LossNote: Hashable, Sendable {
    /// Objects without a counterpart, all of one kind.
    case omitted(OmittedObject.Kind, names: [String])
    /// CQL timestamps count milliseconds; regular columns are floored, and each such value is counted.
    case microsecondsFloored(columns: [String])
    /// In a key, flooring could merge two rows: those rows are rejected.
    case microsecondsRejected(columns: [String])
    /// Types that only their text form represents.
    case storedAsText(columns: [String])
    /// The keys of an inheritance tree are unique within each relation only: later rows overwrite earlier ones.
    case keyMayRepeat(children: [String])
    /// Columns of a child that the parent, with which it is copied, does not have.
    case childColumns(child: String, columns: [String])
}

extension LossNote: CustomStringConvertible {
    package var description: String {
        switch self {
        case .omitted(let kind, let names):
            Self.omission(kind, names)
        case .microsecondsFloored(let columns):
            "microseconds are floored to milliseconds: \(Self.list(columns))"
        case .microsecondsRejected(let columns):
            "rows with microseconds in the key are rejected: \(Self.list(columns))"
        case .storedAsText(let columns):
            "stored as text: \(Self.list(columns))"
        case .keyMayRepeat(let children):
            "the key is unique in each relation only, equal keys overwrite each other: also read from "
                + Self.list(children)
        case .childColumns(let child, let columns):
            "columns that only \(child) has are not copied with the parent: \(Self.list(columns))"
        }
    }

    private static func omission(_ kind: OmittedObject.Kind, _ names: [String]) -> String {
        let what =
            switch kind {
            case .index: "indexes are not created"
            case .uniqueConstraint: "unique constraints are not enforced"
            case .foreignKey: "foreign keys are not enforced"
            case .check: "checks are not enforced"
            case .exclusion: "exclusion constraints are not enforced"
            case .columnDefault: "defaults are not applied to later writes"
            case .identity: "identity columns are copied but no longer generated"
            case .generatedColumn: "generated columns are copied but no longer computed"
            case .trigger: "triggers are not copied"
            case .rule: "rules are not copied"
            case .policy: "policies are not copied"
            case .view: "views are not copied"
            case .materializedView: "materialized views are not copied"
            case .sequence: "sequences are not copied"
            case .routine: "functions and procedures are not copied"
            case .type: "types are not copied"
            }
        return "\(what): \(list(names))"
    }

    /// Names the first few; a schema with a thousand views is not a page of them.
    private static func list(_ names: [String]) -> String {
        let shown = names.prefix(8).joined(separator: ", ")
        return names.count > 8 ? "\(shown) and \(names.count - 8) more" : shown
    }
}

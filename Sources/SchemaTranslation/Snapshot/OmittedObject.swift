/// Something that the source has and CQL has no counterpart for.
package struct OmittedObject: Hashable, Sendable {
    /// What it is; the raw value is the tag that the catalogue query gives it.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case index
        case uniqueConstraint = "unique"
        case foreignKey = "foreign key"
        case check
        case exclusion
        case columnDefault = "default"
        case identity
        case generatedColumn = "generated"
        case trigger
        case rule
        case policy
        case view
        case materializedView = "materialized view"
        case sequence
        case routine
        case type
    }

    package var kind: Kind
    package var name: String

    package init(_ kind: Kind, _ name: String) {
        self.kind = kind
        self.name = name
    }
}

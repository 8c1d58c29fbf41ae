/// What a column holds, seen through its domains.
package struct SourceType: Hashable, Sendable {
    /// A type that is neither a domain nor an array.
    package struct Scalar: Hashable, Sendable {
        package var oid: BuiltinType
        /// Enumerations are sent as their labels; that is all that matters about user-defined types here.
        package var isEnumeration: Bool

        package init(_ oid: BuiltinType, isEnumeration: Bool = false) {
            self.oid = oid
            self.isEnumeration = isEnumeration
        }
    }

    /// The type under all domains.
    package enum Base: Hashable, Sendable {
        case scalar(Scalar)
        /// An array; its elements are seen through their domains too.
        case array(of: Scalar)
    }

    /// `pg_attribute.atttypid`: the type as declared.
    package var oid: UInt32
    /// The declared type as `format_type` spells it, such as `numeric(10,2)`.
    package var name: String
    /// `pg_attribute.atttypmod`, −1 for none.
    package var modifier: Int32
    package var base: Base

    package init(oid: UInt32, name: String, modifier: Int32 = -1, base: Base) {
        self.oid = oid
        self.name = name
        self.modifier = modifier
        self.base = base
    }
}

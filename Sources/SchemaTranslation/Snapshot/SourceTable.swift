/// A column as the catalogue describes it; dropped columns never get here.
package struct SourceColumn: Hashable, Sendable {
    package var name: String
    package var type: SourceType
    package var isNotNull: Bool
    /// Computed by the server; its values are copied like others.
    package var isGenerated: Bool

    package init(name: String, type: SourceType, isNotNull: Bool = false, isGenerated: Bool = false) {
        self.name = name
        self.type = type
        self.isNotNull = isNotNull
        self.isGenerated = isGenerated
    }
}

/// A table as a user sees it: however many relations its rows live in.
///
/// A partitioned table is one table, and its partitions are none. An inheritance parent is read with its children, as
/// `SELECT` does; a child that has a primary key of its own is a table of its own as well, so that its rows and
/// its additional columns can be found where the application looked for them.
package struct SourceTable: Hashable, Sendable {
    /// What `pg_class.relkind` says.
    package enum Kind: Hashable, Sendable {
        case ordinary
        case partitioned
        case foreign
    }

    /// A member of the table's inheritance tree that is not the table itself.
    package struct Child: Hashable, Sendable {
        package var name: QualifiedName
        /// Columns that the parent does not have, and that are therefore not copied with it.
        package var additionalColumns: [String]

        package init(name: QualifiedName, additionalColumns: [String] = []) {
            self.name = name
            self.additionalColumns = additionalColumns
        }
    }

    package var oid: UInt32
    package var name: QualifiedName
    package var kind: Kind
    /// `pg_class.reltuples` over all leaves; nil where nothing was ever analysed.
    package var estimatedRowCount: Int?
    /// Where the rows are.
    package var leaves: [Relation]
    /// In attribute order.
    package var columns: [SourceColumn]
    /// Column names in the order of the primary key's index; empty without one.
    package var primaryKey: [String]
    /// Whether a policy would filter what this user reads.
    package var isRowSecurityActive: Bool
    /// Descendants by plain inheritance.
    package var children: [Child]
    package var omittedObjects: [OmittedObject]

    package init(
        oid: UInt32,
        name: QualifiedName,
        kind: Kind = .ordinary,
        estimatedRowCount: Int? = nil,
        leaves: [Relation],
        columns: [SourceColumn],
        primaryKey: [String],
        isRowSecurityActive: Bool = false,
        children: [Child] = [],
        omittedObjects: [OmittedObject] = []
    ) {
        self.oid = oid
        self.name = name
        self.kind = kind
        self.estimatedRowCount = estimatedRowCount
        self.leaves = leaves
        self.columns = columns
        self.primaryKey = primaryKey
        self.isRowSecurityActive = isRowSecurityActive
        self.children = children
        self.omittedObjects = omittedObjects
    }
}

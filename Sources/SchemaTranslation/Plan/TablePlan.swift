/// How one table is read, what it becomes, and what is lost on the way.
package struct TablePlan: Hashable, Sendable {
    package var source: QualifiedName
    package var sourceOID: UInt32
    /// The keyspace and table to write to.
    package var target: QualifiedName
    /// In the source's attribute order, which is the order of the select list and of the bound values.
    package var columns: [ColumnPlan]
    /// Indices into `columns`, in key order; never empty.
    package var partitionKey: [Int]
    /// Indices into `columns`, in key order.
    package var clusteringKey: [Int]
    /// What is read, each with `ONLY`.
    package var leaves: [Relation]
    package var estimatedRowCount: Int?
    package var notes: [LossNote]

    package init(
        source: QualifiedName,
        sourceOID: UInt32,
        target: QualifiedName,
        columns: [ColumnPlan],
        partitionKey: [Int],
        clusteringKey: [Int] = [],
        leaves: [Relation],
        estimatedRowCount: Int? = nil,
        notes: [LossNote] = []
    ) {
        self.source = source
        self.sourceOID = sourceOID
        self.target = target
        self.columns = columns
        self.partitionKey = partitionKey
        self.clusteringKey = clusteringKey
        self.leaves = leaves
        self.estimatedRowCount = estimatedRowCount
        self.notes = notes
    }

    /// Indices of all key columns in the primary key's order.
    package var key: [Int] { partitionKey + clusteringKey }

    /// Bytes to read, over all leaves; saturates rather than trusting a server's figures to add up.
    package var byteCount: Int {
        leaves.reduce(0) { sum, leaf in
            let (total, isTooLarge) = sum.addingReportingOverflow(max(leaf.byteCount, 0))
            return isTooLarge ? .max : total
        }
    }
}

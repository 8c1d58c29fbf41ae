/// The user's choices that a plan depends on.
package struct PlanRequest: Hashable, Sendable {
    package var keyspace: String
    package var partitionKey: PartitionKeyChoice
    package var selection: TableSelection

    package init(
        keyspace: String,
        partitionKey: PartitionKeyChoice = .all,
        selection: TableSelection = TableSelection()
    ) {
        self.keyspace = keyspace
        self.partitionKey = partitionKey
        self.selection = selection
    }
}

/// Which columns of a primary key decide where a row lives.
package enum PartitionKeyChoice: String, Hashable, Sendable, CaseIterable {
    /// All of them: one composite partition key, and never a large partition.
    case all
    /// The first; the others order the rows within the partition.
    case first
}

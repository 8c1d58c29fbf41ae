/// The options behind WITH of CREATE and ALTER TABLE.
///
/// Those that change how rows are stored on disk have no meaning in memory: they are checked by name and forgotten.
struct TableOptions {
    private(set) var comment: String?

    private static let names: Set<String> = [
        "additional_write_policy", "bloom_filter_fp_chance", "caching", "cdc", "comment", "compaction", "compression",
        "crc_check_chance", "dclocal_read_repair_chance", "default_time_to_live", "extensions", "gc_grace_seconds",
        "max_index_interval", "memtable_flush_period_in_ms", "min_index_interval", "paxos_grace_seconds",
        "per_partition_rate_limit", "read_repair", "read_repair_chance", "speculative_retry", "synchronous_updates",
        "tombstone_gc",
    ]

    /// - Throws: `StatementError` for unknown options and for those that this node cannot honour.
    init(_ properties: [Property]) throws(StatementError) {
        for property in properties {
            guard Self.names.contains(property.name) else { throw .syntax("Unknown property '\(property.name)'") }
            switch (property.name, property.value) {
            case ("comment", .string(let text)): comment = text
            case ("default_time_to_live", .integer("0")): break
            case ("default_time_to_live", _): throw .unsupported("default_time_to_live is")
            case ("gc_grace_seconds", .integer(let digits)) where digits.hasPrefix("-"):
                throw StatementError(
                    .configuration,
                    "gc_grace_seconds must be greater than or equal to 0 (got \(digits))"
                )
            default: break
            }
        }
    }
}

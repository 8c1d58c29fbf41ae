/// The options behind WITH of CREATE and ALTER TABLE, checked.
///
/// Only `default_time_to_live` changes what this node does; the others, which on a real server change how rows are
/// stored on disk and repaired, are kept for those who ask for the table's definition.
struct TableOptions: Equatable, Sendable {
    /// In the order in which a definition shows them.
    static let defaults: [Property] = [
        Property(name: "bloom_filter_fp_chance", value: .float("0.01")),
        Property(name: "caching", value: map(["keys": "ALL", "rows_per_partition": "ALL"])),
        Property(name: "comment", value: .string("")),
        Property(name: "compaction", value: map(["class": "SizeTieredCompactionStrategy"])),
        Property(
            name: "compression",
            value: map(["sstable_compression": "org.apache.cassandra.io.compress.LZ4Compressor"])
        ),
        Property(name: "crc_check_chance", value: .float("1")),
        Property(name: "dclocal_read_repair_chance", value: .float("0")),
        Property(name: "default_time_to_live", value: .integer("0")),
        Property(name: "gc_grace_seconds", value: .integer("864000")),
        Property(name: "max_index_interval", value: .integer("2048")),
        Property(name: "memtable_flush_period_in_ms", value: .integer("0")),
        Property(name: "min_index_interval", value: .integer("128")),
        Property(name: "read_repair_chance", value: .float("0")),
        Property(name: "speculative_retry", value: .string("99.0PERCENTILE")),
    ]

    /// Options that are taken and kept, but of which a definition says nothing unless they were given.
    private static let others: Set<String> = [
        "additional_write_policy", "extensions", "paxos_grace_seconds", "per_partition_rate_limit", "read_repair",
        "synchronous_updates", "tombstone_gc",
    ]

    /// What was given, by name.
    private(set) var given: [String: Term] = [:]
    private(set) var defaultTimeToLive: Int32 = 0

    /// A TTL is at most twenty years.
    static let timeToLiveLimit: Int32 = 20 * 365 * 24 * 60 * 60

    init() {}

    /// The value of an option, or its default; nil for one that was not given and has none.
    subscript(name: String) -> Term? {
        given[name] ?? Self.defaults.first { $0.name == name }?.value
    }

    var comment: String {
        if case .string(let text) = self["comment"] { return text }
        return ""
    }

    /// Takes over what WITH says.
    ///
    /// - Throws: `StatementError` for unknown options and for values that a server refuses.
    mutating func apply(_ properties: [Property]) throws(StatementError) {
        var changed = self
        for property in properties { try changed.apply(property) }
        self = changed
    }

    private mutating func apply(_ property: Property) throws(StatementError) {
        let name = property.name
        switch (name, property.value) {
        case ("cdc", .map(let entries)):
            let isEnabled = entries.contains { $0.key.text == "enabled" && $0.value.text.lowercased() == "true" }
            if isEnabled { throw .unsupported("change data capture is") }
            return
        case ("cdc", .boolean(true)): throw .unsupported("change data capture is")
        case ("cdc", .boolean(false)): return
        case ("comment", .string), ("speculative_retry", .string): break
        case ("default_time_to_live", .integer(let digits)): defaultTimeToLive = try Self.timeToLive(digits)
        case ("compaction", .map(let entries)): try Self.checkCompaction(entries)
        case ("compression", .map(let entries)): try Self.checkCompression(entries)
        case ("caching", .map): break
        case ("gc_grace_seconds", .integer), ("max_index_interval", .integer), ("min_index_interval", .integer),
            ("memtable_flush_period_in_ms", .integer):
            try Self.checkNotNegative(property)
        case ("bloom_filter_fp_chance", .float), ("bloom_filter_fp_chance", .integer): break
        case ("crc_check_chance", .float), ("crc_check_chance", .integer), ("dclocal_read_repair_chance", .float),
            ("dclocal_read_repair_chance", .integer), ("read_repair_chance", .float), ("read_repair_chance", .integer):
            try Self.checkProbability(property)
        case _ where Self.others.contains(name): break
        case _ where Self.defaults.contains { $0.name == name }:
            throw StatementError(.syntax, "Invalid value for property '\(name)': \(property.value.text)")
        default: throw .syntax("Unknown property '\(name)'")
        }
        given[name] = property.value
    }

    private static func map(_ entries: KeyValuePairs<String, String>) -> Term {
        .map(entries.map { .init(key: .string($0.key), value: .string($0.value)) })
    }
}

// MARK: - Checks

extension TableOptions {
    private static func timeToLive(_ digits: String) throws(StatementError) -> Int32 {
        guard let seconds = Int32(digits), seconds >= 0 else {
            throw StatementError(
                .configuration,
                "default_time_to_live must be greater than or equal to 0 (got \(digits))"
            )
        }
        guard seconds <= timeToLiveLimit else {
            throw StatementError(
                .configuration,
                "default_time_to_live must be less than or equal to \(timeToLiveLimit) (got \(digits))"
            )
        }
        return seconds
    }

    private static func checkNotNegative(_ property: Property) throws(StatementError) {
        guard Int32(property.value.text).map({ $0 < 0 }) ?? true else { return }
        throw StatementError(
            .configuration,
            "\(property.name) must be greater than or equal to 0 (got \(property.value.text))"
        )
    }

    private static func checkProbability(_ property: Property) throws(StatementError) {
        guard let chance = Double(property.value.text), (0...1).contains(chance) else {
            throw StatementError(
                .configuration,
                "\(property.name) must be larger than or equal to 0 and smaller than or equal to 1.0 "
                    + "(got \(property.value.text))"
            )
        }
    }

    private static func className(_ entries: [Term.Entry], _ keys: Set<String>) -> String? {
        entries.last { keys.contains($0.key.text) }?.value.text
    }

    private static func checkCompaction(_ entries: [Term.Entry]) throws(StatementError) {
        let package = "org.apache.cassandra.db.compaction."
        guard let name = className(entries, ["class"]) else {
            throw StatementError(.configuration, "Missing sub-option 'class' for the 'compaction' option.")
        }
        let short = name.hasPrefix(package) ? String(name.dropFirst(package.count)) : name
        let known = ["SizeTiered", "Leveled", "TimeWindow", "DateTiered", "Incremental", "Unified", "Null"]
        guard known.contains(where: { "\($0)CompactionStrategy" == short }) else {
            throw StatementError(.configuration, "Unable to find compaction strategy class '\(package)\(short)'")
        }
    }

    private static func checkCompression(_ entries: [Term.Entry]) throws(StatementError) {
        let package = "org.apache.cassandra.io.compress."
        guard let name = className(entries, ["class", "sstable_compression"]), !name.isEmpty else { return }
        let short = name.hasPrefix(package) ? String(name.dropFirst(package.count)) : name
        let known = ["LZ4", "LZ4WithDicts", "Snappy", "Deflate", "Zstd", "ZstdWithDicts", "Noop"]
        guard known.contains(where: { "\($0)Compressor" == short }) else {
            throw StatementError(.configuration, "Could not create Compression for type \(package)\(short)")
        }
    }
}

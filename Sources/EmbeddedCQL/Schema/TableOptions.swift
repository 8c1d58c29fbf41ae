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
        for property in properties { try changed.apply(try Self.normalized(property)) }
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
        case ("comment", .string): break
        case ("speculative_retry", .string(let policy)): try Self.checkSpeculativeRetry(policy)
        case ("default_time_to_live", .integer(let digits)): defaultTimeToLive = try Self.timeToLive(digits)
        case ("compaction", .map(let entries)): try Self.checkCompaction(entries)
        case ("compression", .map(let entries)): try Self.checkCompression(entries)
        case ("caching", .map): break
        case ("gc_grace_seconds", .integer), ("max_index_interval", .integer), ("min_index_interval", .integer),
            ("memtable_flush_period_in_ms", .integer):
            try Self.checkNotNegative(property)
        case ("bloom_filter_fp_chance", .float), ("bloom_filter_fp_chance", .integer):
            try Self.checkFalsePositives(property)
        case ("crc_check_chance", .float), ("crc_check_chance", .integer), ("dclocal_read_repair_chance", .float),
            ("dclocal_read_repair_chance", .integer), ("read_repair_chance", .float), ("read_repair_chance", .integer):
            try Self.checkProbability(property)
        case _ where Self.others.contains(name): break
        case _ where Self.defaults.contains { $0.name == name }: throw Self.invalidValue(property)
        default: throw .syntax("Unknown property '\(name)'")
        }
        given[name] = property.value
    }

    private static func map(_ entries: KeyValuePairs<String, String>) -> Term {
        .map(entries.map { .init(key: .string($0.key), value: .string($0.value)) })
    }
}

// MARK: - Values as they are kept

extension TableOptions {
    /// The property with its value as a server keeps it: the sub-options in a map are texts, whatever constants they
    /// are written as, and numbers may be written as texts.
    private static func normalized(_ property: Property) throws(StatementError) -> Property {
        switch property.value {
        case .set([]): return Property(name: property.name, value: .map([]))
        case .map(let entries) where property.name != "extensions":
            var kept: [Term.Entry] = []
            for entry in entries {
                guard entry.key.isScalar, entry.value.isScalar else { throw invalidValue(property) }
                kept.append(.init(key: .string(entry.key.text), value: .string(entry.value.text)))
            }
            return Property(name: property.name, value: .map(kept))
        case .string(let text):
            switch defaults.first(where: { $0.name == property.name })?.value {
            case .integer where Int(text) != nil: return Property(name: property.name, value: .integer(text))
            case .float where Double(text) != nil: return Property(name: property.name, value: .float(text))
            default: return property
            }
        default: return property
        }
    }

    private static func invalidValue(_ property: Property) -> StatementError {
        .syntax("Invalid value for property '\(property.name)': \(property.value.text)")
    }
}

extension Term {
    /// Whether it is a constant without parts.
    fileprivate var isScalar: Bool {
        switch self {
        case .string, .integer, .float, .boolean, .uuid, .blob, .duration: true
        case .null, .marker, .list, .set, .map, .tuple, .fields, .function: false
        }
    }
}

// MARK: - Checks

extension TableOptions {
    private static func checkFalsePositives(_ property: Property) throws(StatementError) {
        let least = 6.71e-5
        guard let chance = Double(property.value.text), chance > least, chance <= 1 else {
            throw StatementError(
                .configuration,
                "\(property.name) must be larger than 6.71E-5 and less than or equal to 1.0 (got \(property.value.text))"
            )
        }
    }

    /// `NONE`, `ALWAYS`, `99PERCENTILE`, `50ms`, and `MIN(…)` or `MAX(…)` of two of them.
    private static func checkSpeculativeRetry(_ policy: String) throws(StatementError) {
        let text = policy.uppercased()
        let isChoice = (text.hasPrefix("MIN(") || text.hasPrefix("MAX(")) && text.hasSuffix(")")
        if isChoice || ["NONE", "NEVER", "ALWAYS"].contains(text) { return }
        for (suffix, limit) in [("PERCENTILE", 100), ("MS", Double.infinity), ("P", 100)] where text.hasSuffix(suffix) {
            if let value = Double(text.dropLast(suffix.count)), (0...limit).contains(value) { return }
        }
        throw StatementError(.configuration, "Specified Speculative Retry Policy [\(policy)] is not supported")
    }

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

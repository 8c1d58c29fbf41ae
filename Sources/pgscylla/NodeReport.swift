import EmbeddedCQL
import PosixIO

/// What the node did, for scripts.
struct NodeReport {
    private let counters: NodeCounters
    private let usage: ProcessUsage

    init(_ counters: NodeCounters, _ usage: ProcessUsage) {
        self.counters = counters
        self.usage = usage
    }

    var json: String {
        let (seconds, attoseconds) = usage.cpu.components
        let microseconds = seconds * 1_000_000 + attoseconds / 1_000_000_000_000
        let named = counters.named.map { "\"\($0.name)\": \($0.value)" }.joined(separator: ", ")
        return """
            {"rows": \(counters.writtenRows), "frames": \(counters.frames), "connections": \(counters.connections), \
            "cpu_us": \(microseconds), "max_rss_bytes": \(usage.maximumResidentByteCount), "counters": {\(named)}}
            """
    }
}

import ArgumentParser
import EmbeddedCQL
import PosixIO

/// `pgscylla node`: runs the in-memory CQL node until it is interrupted.
struct NodeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "node",
        abstract: "Run an in-memory CQL node for rehearsals and tests.",
        discussion: """
            Official CQL drivers and cqlsh connect to it as to a small ScyllaDB node. It is one process on one core \
            and keeps everything in memory: all data is lost when it ends, unless --journal names a file. \
            Ctrl-C ends it. What it counted is in the table system.pgscylla_counters.
            """
    )

    @Option(help: "Address and port to listen at; port 0 takes a free one.")
    var listen = "127.0.0.1:9042"

    @Option(help: "Shards that the node tells of, as a ScyllaDB node has one per core.")
    var shards = 1

    @Option(
        help: ArgumentHelp(
            "Port where a client's own port, modulo the shards, chooses the shard.",
            discussion: "As a rule 10000 above the port of --listen, or any free one when that is 0."
        )
    )
    var shardAwarePort: UInt16?

    @Option(
        help: ArgumentHelp(
            "File that every write is in before it is answered, read again at the start.",
            discussion: "It survives the end of the process at any moment, but only grows; the rows stay in memory."
        )
    )
    var journal: String?

    @Flag(help: "Answer writes without keeping them, for benchmarks of clients.")
    var discard = false

    @Flag(help: "When it ends, print a JSON line with the requests, rows, counters and CPU time.")
    var json = false

    @OptionGroup(title: "Who may connect") var access: NodeAccessOptions
    @OptionGroup(title: "Several nodes") var ring: NodeRingOptions
    @OptionGroup(title: "Faults, for tests of clients") var faults: NodeFaultOptions

    func validate() throws {
        guard (1...4096).contains(shards) else { throw ValidationError("--shards is a number from 1 to 4096.") }
        guard journal == nil || !discard else {
            throw ValidationError("--journal keeps what --discard throws away: choose one.")
        }
        guard ring.members == nil || access.tlsCertificate == nil else {
            throw ValidationError("The nodes of a --ring talk to each other without TLS: leave --tls-certificate out.")
        }
        _ = try address()
        _ = try ring.configuration()
    }

    func run() async throws {
        let address = try address()
        let options = try options()
        let node: CQLNode
        do throws(NodeStartError) {
            node = try await CQLNode.start(
                listen: .tcp(host: address.host, port: address.port),
                options: options
            )
        } catch {
            StandardStream.error.print("pgscylla: error: the node cannot start: \(error)")
            throw ExitCode(3)
        }
        StandardStream.output.print(banner(address, node))
        let failedCount = await node.failedRecordCount()
        if failedCount > 0 {
            StandardStream.error.print(
                "pgscylla: warning: \(failedCount) records of the journal could not be run again"
            )
        }
        // An interrupt cancels the command's task.
        while !Task.isCancelled { try? await Task.sleep(for: .seconds(3600)) }
        let counters = await node.counters()
        await node.stop()
        if json { StandardStream.output.print(NodeReport(counters, ProcessUsage.current).json) }
    }
}

extension NodeCommand {
    /// Where it listens: a member of a ring at its own address.
    private func address() throws -> ListenAddress {
        guard let own = try ring.configuration()?.ownMember else { return try ListenAddress(listen) }
        return ListenAddress(host: own.host, port: own.port)
    }

    private func banner(_ address: ListenAddress, _ node: CQLNode) -> String {
        let fate = journal.map { "rows are in memory and in the journal \($0)" } ?? "data is lost when it ends"
        var banner = "embedded in-memory CQL node, one process, for rehearsals and tests only: \(fate); "
        banner += "listening on \(address.text(port: node.port))"
        if let port = node.ports.shardAware { banner += ", shard-aware on port \(port)" }
        if let members = ring.count {
            banner += "; member \(ring.ringIndex ?? 0) of a ring of \(members), each of which holds a copy of every row"
        }
        if !faults.rates.isEmpty { banner += "; it fails on demand" }
        return banner
    }

    private func options() throws -> NodeOptions {
        var options = NodeOptions()
        options.discardsWrites = discard
        options.journalPath = journal
        options.journalFailed = { failure in
            StandardStream.error.print("pgscylla: error: \(failure); the node serves nobody any longer")
        }
        options.ring = try ring.configuration()
        let port = try address().port
        let usualPort = port == 0 || port > .max - 10000 ? 0 : port + 10000
        options.sharding = NodeOptions.Sharding(shardCount: shards, shardAwarePort: shardAwarePort ?? usualPort)
        try access.apply(to: &options)
        faults.apply(to: &options)
        return options
    }
}

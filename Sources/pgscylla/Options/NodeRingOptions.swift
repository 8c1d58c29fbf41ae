import ArgumentParser
import EmbeddedCQL

/// The in-memory nodes that make up a ring.
struct NodeRingOptions: ParsableArguments {
    @Option(
        name: .customLong("ring"),
        help: ArgumentHelp(
            "Addresses of all nodes of a ring, such as 127.0.0.1:9042,127.0.0.2:9042,127.0.0.3:9042.",
            discussion: """
                Give each process the same list; it stands for --listen. The nodes tell drivers of each other, share \
                the tokens among them, pass on every change and notice when one goes. Whatever the replication factor \
                says, each holds a copy of every row, so any of them answers for all; but a request is refused as \
                unavailable when too few of the nodes that should hold its row are there. A node that was away is \
                sent what it missed; with --journal it also has what it had before. IF conditions are decided by the \
                node that is asked.
                """,
            valueName: "host:port,..."
        )
    )
    var members: String?

    @Option(help: "Which of the addresses of --ring is this node's, from 0.")
    var ringIndex: Int?

    func validate() throws {
        guard (members == nil) == (ringIndex == nil) else {
            throw ValidationError("--ring and --ring-index go together.")
        }
    }

    /// The ring; nil when none is asked for.
    func configuration() throws -> RingConfiguration? {
        guard let members, let ringIndex else { return nil }
        let addresses = try members.split(separator: ",", omittingEmptySubsequences: false).map {
            try ListenAddress(String($0), option: "--ring")
        }
        do throws(RingError) {
            return try RingConfiguration(
                members: addresses.map { RingConfiguration.Member(host: $0.host, port: $0.port) },
                index: ringIndex
            )
        } catch {
            throw ValidationError("--ring: \(error.description).")
        }
    }
}

extension NodeRingOptions {
    /// Members; nil when none is asked for.
    var count: Int? { members.map { $0.split(separator: ",").count } }
}

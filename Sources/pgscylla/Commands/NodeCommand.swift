import ArgumentParser
import EmbeddedCQL
import PosixIO

/// `pgscylla node`: runs the in-memory CQL node until it is interrupted.
struct NodeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "node",
        abstract: "Run an in-memory CQL node for rehearsals and tests.",
        discussion: """
            Official CQL drivers connect to it as to a small ScyllaDB node. It keeps everything in memory: \
            all data is lost when it ends. Ctrl-C ends it.
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

    @Flag(help: "Answer writes without keeping them, for benchmarks of clients.")
    var discard = false

    @Option(help: "Require this user to log in; needs --password-file.")
    var user: String?

    @Option(help: "File whose first line is the user's password.")
    var passwordFile: String?

    @Option(help: "PEM file of the certificate chain for TLS; needs --tls-key.")
    var tlsCertificate: String?

    @Option(help: "PEM file of the private key for TLS.")
    var tlsKey: String?

    @Flag(help: "When it ends, print a JSON line with the requests, rows and CPU time.")
    var json = false

    func validate() throws {
        guard (user == nil) == (passwordFile == nil) else {
            throw ValidationError("--user and --password-file go together.")
        }
        guard (tlsCertificate == nil) == (tlsKey == nil) else {
            throw ValidationError("--tls-certificate and --tls-key go together.")
        }
        guard (1...4096).contains(shards) else { throw ValidationError("--shards is a number from 1 to 4096.") }
        _ = try ListenAddress(listen)
    }

    func run() async throws {
        let address = try ListenAddress(listen)
        let options = try options()
        let node: CQLNode
        do throws(TransportError) {
            node = try await CQLNode.start(listen: .tcp(host: address.host, port: address.port), options: options)
        } catch {
            StandardStream.error.print("pgscylla: error: the node cannot listen at \(listen): \(error)")
            throw ExitCode(3)
        }
        StandardStream.output.print(
            "embedded in-memory CQL node, for rehearsals and tests only: data is lost when it ends; "
                + "listening on \(address.text(port: node.port))"
                + (node.ports.shardAware.map { ", shard-aware on port \($0)" } ?? "")
        )
        // An interrupt cancels the command's task.
        while !Task.isCancelled { try? await Task.sleep(for: .seconds(3600)) }
        let counters = await node.counters()
        await node.stop()
        if json { StandardStream.output.print(NodeReport(counters, ProcessUsage.current).json) }
    }

    private func options() throws -> NodeOptions {
        var options = NodeOptions()
        options.discardsWrites = discard
        let listenPort = try ListenAddress(listen).port
        let usualPort = listenPort == 0 || listenPort > .max - 10000 ? 0 : listenPort + 10000
        options.sharding = NodeOptions.Sharding(shardCount: shards, shardAwarePort: shardAwarePort ?? usualPort)
        if let user, let passwordFile {
            let password = try PasswordOption.firstLine("--password-file", of: passwordFile)
            options.login = NodeOptions.Login(user: user, password: password)
        }
        if let tlsCertificate, let tlsKey {
            let identity = TLSIdentity(certificateChainPath: tlsCertificate, privateKeyPath: tlsKey)
            options.tls = TLSServerConfiguration(identity: identity)
        }
        return options
    }
}

/// `host:port`, an IPv6 address in brackets.
struct ListenAddress {
    let host: String
    let port: UInt16

    init(_ text: String) throws {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            throw ValidationError("--listen wants an address and a port, such as 127.0.0.1:9042.")
        }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        self.host = host.isEmpty ? "0.0.0.0" : String(host)
        self.port = port
    }

    func text(port: UInt16) -> String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}

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

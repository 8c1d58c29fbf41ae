import CQLClient
import CQLWire
import PosixIO

/// What an examination of the target means.
package enum TargetFindings {
    /// Everything, in the order in which it matters.
    package static func findings(_ examination: TargetExamination) -> [Finding] {
        [
            version(examination), protocolVersion(examination), encryption(examination.encryption),
            authentication(examination), compression(examination),
        ]
            + nodes(examination)
            + [shards(examination), shardAwarePort(examination), schemaAgreement(examination)].compactMap(\.self)
            + keyspace(examination)
            + [clock(examination), batches(examination)].compactMap(\.self)
    }

    private static func version(_ examination: TargetExamination) -> Finding {
        let release = examination.cluster.releaseVersion
        if let version = examination.scyllaVersion {
            return .ok("version", "ScyllaDB \(version), compatible with Cassandra \(release)")
        }
        if examination.cluster.isScyllaDB {
            return .ok("version", "ScyllaDB, compatible with Cassandra \(release)")
        }
        return .note("version", "not ScyllaDB but a server that calls itself Cassandra \(release)")
    }

    private static func protocolVersion(_ examination: TargetExamination) -> Finding {
        guard examination.version < .v4 else { return .ok("protocol", "native protocol \(examination.version)") }
        return .note(
            "protocol",
            "native protocol \(examination.version), in which NULL cannot be left out and is written as a tombstone",
            remedy: "use a newer server"
        )
    }

    private static func encryption(_ encryption: TargetExamination.Encryption?) -> Finding {
        guard let encryption else { return .note("encryption", "none", remedy: "use --scylla-tls if the server can") }
        let session = encryption.details.map { "\($0.version) with \($0.cipher)" } ?? "TLS"
        switch encryption.verification {
        case .full:
            return .ok("encryption", "\(session); the certificate is trusted and names the host")
        case .chain:
            return .ok("encryption", "\(session); the certificate is trusted, its name was not compared")
        case .none:
            return .note(
                "encryption",
                "\(session); the certificate was not checked",
                remedy: "use --scylla-ca, and --scylla-tls-verify host to be sure who answers"
            )
        }
    }

    private static func authentication(_ examination: TargetExamination) -> Finding {
        guard let authenticator = examination.authenticator else {
            let login = examination.hasLogin ? "; user and password were not used" : ""
            return .note(
                "authentication",
                "the server asked for nothing: whoever reaches it can read and write\(login)",
                remedy: "set authenticator: PasswordAuthenticator where others can reach it"
            )
        }
        let name = authenticator.split(separator: ".").last.map(String.init) ?? authenticator
        guard examination.encryption == nil else { return .ok("authentication", "accepted by \(name)") }
        return .note(
            "authentication",
            "accepted by \(name); the password went over the network in the clear",
            remedy: "use TLS"
        )
    }

    private static func compression(_ examination: TargetExamination) -> Finding {
        if let used = examination.compression { return .ok("compression", "\(used.rawValue)") }
        let offered = (examination.supported[FrameCompression.optionKey] ?? []).joined(separator: ", ")
        return .ok("compression", offered.isEmpty ? "none, and none is offered" : "none; offered: \(offered)")
    }

    private static func clock(_ examination: TargetExamination) -> Finding {
        guard let clock = examination.clock else { return .note("clock", "the server does not say what time it is") }
        let milliseconds = { (microseconds: Int64) in "\(microseconds / 1000 + microseconds % 1000 / 500) ms" }
        let distance = Int64(clamping: clock.offset.magnitude)
        let uncertainty = milliseconds(clock.uncertainty)
        guard distance - clock.uncertainty > tolerableClockDifference else {
            return .ok("clock", "within \(milliseconds(distance)) of this machine's (± \(uncertainty))")
        }
        return .problem(
            "clock",
            "\(milliseconds(distance)) \(clock.offset > 0 ? "ahead of" : "behind") this machine's (± \(uncertainty)): "
                + "what applications write meanwhile may lose against older rows, or the other way round",
            remedy: "synchronise the clocks of all machines, PostgreSQL's included, by NTP"
        )
    }

    /// Microseconds; clocks that are synchronised at all are closer.
    private static let tolerableClockDifference: Int64 = 500_000

    private static func batches(_ examination: TargetExamination) -> Finding? {
        let limits = [("warned of", examination.batchLimits.warn), ("refused", examination.batchLimits.fail)]
            .compactMap { verb, limit in limit.map { "\(verb) above \($0) KiB" } }
        return limits.isEmpty ? nil : .ok("batches", limits.joined(separator: ", "))
    }
}

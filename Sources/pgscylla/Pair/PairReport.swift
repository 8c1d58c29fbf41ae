import DockerEngine
import Migration
import PosixIO
import WireKit

/// What `status` found.
struct PairReport: Sendable {
    /// One database and its container.
    struct Database: Sendable {
        let member: PairMember
        let container: String
        let description: ContainerDescription?
        let endpoint: Endpoint?
        let answer: ServerAnswer?
    }

    let engine: String
    let network: String
    let hasNetwork: Bool
    let databases: [Database]
    let schema: String
    let keyspace: String
    let content: PairContent

    var isReady: Bool {
        databases.allSatisfy { if case .ready? = $0.answer { true } else { false } }
    }

    /// Asks both databases.
    ///
    /// - Throws: `MigrationError`.
    static func gather(
        _ status: PairStatus,
        _ found: FoundEngine,
        _ configuration: PairConfiguration,
        _ login: (user: String, password: Credential, database: String),
        schema: String,
        keyspace: String
    ) async throws -> PairReport {
        var databases: [Database] = []
        for member in PairMember.allCases {
            let description = status.containers[member]
            let port = description.flatMap { $0.isRunning ? $0.published(member.mainPort) : nil }
            let endpoint = port.map { Endpoint.tcp(host: found.engine.reachableHost(of: $0), port: $0.hostPort) }
            var answer: ServerAnswer?
            if let endpoint {
                answer =
                    switch member {
                    case .postgres:
                        await .ofPostgres(
                            at: endpoint,
                            user: login.user,
                            password: login.password,
                            database: login.database
                        )
                    case .scylla: await .ofCQL(at: endpoint)
                    }
            }
            databases.append(
                Database(
                    member: member,
                    container: configuration.container(member),
                    description: description,
                    endpoint: endpoint,
                    answer: answer
                )
            )
        }
        func ready(_ member: PairMember) -> Endpoint? {
            guard let database = databases.first(where: { $0.member == member }), case .ready? = database.answer else {
                return nil
            }
            return database.endpoint
        }
        return PairReport(
            engine: "\(found.candidate.address)",
            network: configuration.network,
            hasNetwork: status.hasNetwork,
            databases: databases,
            schema: schema,
            keyspace: keyspace,
            content: try await PairContent.read(
                postgres: ready(.postgres),
                cql: ready(.scylla),
                login: login,
                schema: schema,
                keyspace: keyspace
            )
        )
    }
}

extension PairReport.Database {
    /// `running, healthy` and the like.
    var state: String {
        guard let description else { return "there is none" }
        return description.status.rawValue + (description.health.map { ", \($0)" } ?? "")
    }

    var answerText: String {
        switch answer {
        case .ready(let version)?: "answers, version \(version)"
        case .notYet(let reason)?: "not ready: \(reason)"
        case .unreachable(let reason)?: "does not answer: \(reason)"
        case .refused(let reason)?: "refuses: \(reason)"
        case nil: description?.isRunning == true ? "its port is not published" : "does not run"
        }
    }
}

extension PairReport {
    var text: String {
        var text = "Engine    \(engine)\nnetwork   \(network)\(hasNetwork ? "" : ": there is none")\n"
        for database in databases {
            text += "\(database.member.title)\n  container   \(database.container): \(database.state)\n"
            if let description = database.description { text += "  image       \(description.image)\n" }
            if let endpoint = database.endpoint { text += "  port        \(endpoint)\n" }
            text += "  \(database.answerText)\n"
        }
        guard let tables = content.tables else { return text }
        text += "schema \(schema): \(tables.count) tables, \(content.migratedCount) of them in keyspace \(keyspace)"
        text += content.targetTables == nil ? ", which does not exist\n" : "\n"
        for table in tables where table.target == nil { text += "  not migrated: \(table.name)\n" }
        text += "triggers: \(Self.list(content.triggers))\nreplication slots: \(Self.list(content.slots))\n"
        return text
    }

    private static func list(_ names: [String]) -> String { names.isEmpty ? "none" : names.joined(separator: ", ") }

    var json: JSON {
        .object([
            .init("engine", .string(engine)),
            .init("network", .object([.init("name", .string(network)), .init("exists", .boolean(hasNetwork))])),
            .init("databases", .array(databases.map(\.json))),
            .init("schema", .string(schema)), .init("keyspace", .string(keyspace)),
            .init(
                "tables",
                content.tables.map { tables in
                    .array(
                        tables.map { table in
                            .object([
                                .init("name", .string(table.name)),
                                .init("target", table.target.map { .string($0) } ?? .null),
                            ])
                        }
                    )
                } ?? .null
            ),
            .init("migrated", .integer(content.migratedCount)),
            .init("triggers", JSON(strings: content.triggers)),
            .init("slots", JSON(strings: content.slots)),
            .init("ready", .boolean(isReady)),
        ])
    }
}

extension PairReport.Database {
    var json: JSON {
        var version = JSON.null
        if case .ready(let text)? = answer { version = .string(text) }
        return .object([
            .init("name", .string(member.rawValue)), .init("container", .string(container)),
            .init("status", description.map { .string($0.status.rawValue) } ?? .null),
            .init("health", description?.health.map { .string($0) } ?? .null),
            .init("image", description.map { .string($0.image) } ?? .null),
            .init("endpoint", endpoint.map { .string($0.description) } ?? .null),
            .init(
                "ports",
                .object(
                    (description?.ports ?? []).map { .init("\($0.containerPort)", .integer(Int($0.hostPort))) }
                )
            ),
            .init("reachable", .boolean(version != .null)), .init("version", version),
            .init("answer", .string(answerText)),
        ])
    }
}

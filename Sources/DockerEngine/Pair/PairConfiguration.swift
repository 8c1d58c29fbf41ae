/// Which pair of databases is meant, and how it is made where it does not exist.
package struct PairConfiguration: Hashable, Sendable {
    /// When images are pulled.
    package enum PullPolicy: String, Hashable, Sendable, CaseIterable {
        case missing
        case always
        case never
    }

    package static let postgresMajors = 14...18
    package static let defaultScyllaImage = "scylladb/scylla:2025.4"

    package var postgresMajor = 18
    /// Nil is `postgres:` and the major version.
    package var postgresImage: String?
    package var scyllaImage = defaultScyllaImage
    package var network = "migration-network"
    package var postgresContainer = "postgresql-migration-source"
    package var scyllaContainer = "scylladb-migration-target"
    /// Ports of the host; 0 takes a free one.
    package var postgresPort: UInt16 = 5432
    package var scyllaPort: UInt16 = 9042
    package var scyllaTLSPort: UInt16 = 9142
    package var scyllaShardPort: UInt16 = 19042
    package var scyllaShardTLSPort: UInt16 = 19142
    /// The host's address that ports are published at; nil is the local one where the Engine is local, else every one.
    package var publishAddress: String?
    package var pullPolicy = PullPolicy.missing
    /// As ScyllaDB's `--memory` reads it.
    package var scyllaMemory = "400M"
    package var scyllaCores = 1
    /// For each database, from its start until it answers.
    package var timeout = Duration.seconds(60)
    /// Leaves what a failed start has made.
    package var keepsAfterFailure = false
    /// Adds what debuggers need.
    package var isForDebugging = false

    package init() {}

    package func container(_ member: PairMember) -> String {
        switch member {
        case .postgres: postgresContainer
        case .scylla: scyllaContainer
        }
    }

    package func image(_ member: PairMember) -> String {
        switch member {
        case .postgres: postgresImage ?? "postgres:\(postgresMajor)"
        case .scylla: scyllaImage
        }
    }

    /// The user, the password and the database of PostgreSQL.
    package static let postgresName = "postgres"
    static let debugCapability = "SYS_PTRACE"
    static let debugSecurity = "seccomp=unconfined"

    /// What a container is made from.
    package func spec(of member: PairMember, isEngineLocal: Bool) -> ContainerSpec {
        var spec = ContainerSpec(image: image(member))
        spec.labels = PairLabel.of(member)
        spec.network = network
        if isForDebugging {
            spec.addedCapabilities = [Self.debugCapability]
            spec.securityOptions = [Self.debugSecurity]
        }
        let address = publishAddress ?? (isEngineLocal ? "127.0.0.1" : "0.0.0.0")
        var ports: [(UInt16, UInt16)]
        switch member {
        case .postgres:
            let name = Self.postgresName
            spec.environment = ["POSTGRES_USER=\(name)", "POSTGRES_PASSWORD=\(name)", "POSTGRES_DB=\(name)"]
            ports = [(5432, postgresPort)]
        case .scylla:
            spec.command = [
                "--smp", String(scyllaCores), "--memory", scyllaMemory, "--overprovisioned", "1", "--api-address",
                "0.0.0.0",
            ]
            ports = [
                (9042, scyllaPort), (9142, scyllaTLSPort), (19042, scyllaShardPort), (19142, scyllaShardTLSPort),
            ]
        }
        spec.publishedPorts = ports.map {
            ContainerSpec.PublishedPort(containerPort: $0.0, hostAddress: address, hostPort: $0.1)
        }
        return spec
    }
}

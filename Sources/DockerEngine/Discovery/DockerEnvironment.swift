package import PosixIO
import WireKit

/// What the user's environment says about Docker, gathered once so that everything that follows from it is a value.
package struct DockerEnvironment: Sendable {
    package var variables: [String: String]
    package var home: String
    package var userID: UInt32
    /// The bytes of a file, or what open(2) or read(2) say.
    package var contents: @Sendable (String) -> Result<[UInt8], SyscallError>

    private static let variableNames = [
        "DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG", "DOCKER_CERT_PATH", "DOCKER_TLS_VERIFY", "DOCKER_TLS",
        "DOCKER_API_VERSION", "XDG_RUNTIME_DIR",
    ]

    package init(
        variables: [String: String],
        home: String,
        userID: UInt32,
        contents: @escaping @Sendable (String) -> Result<[UInt8], SyscallError>
    ) {
        self.variables = variables
        self.home = home
        self.userID = userID
        self.contents = contents
    }

    /// The process's own.
    package static var current: DockerEnvironment {
        var variables: [String: String] = [:]
        for name in variableNames { variables[name] = ProcessEnvironment.variable(name) }
        return DockerEnvironment(
            variables: variables,
            home: ProcessEnvironment.homeDirectory ?? "/",
            userID: ProcessEnvironment.userID
        ) { path in
            do throws(SyscallError) {
                return .success(try SmallFile.contents(of: path, limit: 1 << 20))
            } catch {
                return .failure(error)
            }
        }
    }

    /// A variable that is set and not empty, which is how the Docker CLI reads them.
    func variable(_ name: String) -> String? { variables[name].flatMap { $0.isEmpty ? nil : $0 } }

    /// Where the Docker CLI keeps its files.
    var configurationFolder: String { variable("DOCKER_CONFIG") ?? "\(home)/.docker" }

    /// `config.json`; empty when there is none.
    ///
    /// - Throws: `EngineAddress.Unusable` when there is one that cannot be read.
    package func configuration() throws(EngineAddress.Unusable) -> DockerConfiguration {
        try json("\(configurationFolder)/config.json").map { DockerConfiguration($0) } ?? DockerConfiguration()
    }

    /// A file of JSON; nil when it is not there.
    func json(_ path: String) throws(EngineAddress.Unusable) -> JSON? {
        let bytes: [UInt8]
        do throws(SyscallError) {
            bytes = try contents(path).get()
        } catch {
            if error.isAbsence { return nil }
            throw EngineAddress.Unusable(description: "\(path) cannot be read: \(error.reason)")
        }
        do throws(WireError) {
            return try JSON(parsing: bytes)
        } catch {
            throw EngineAddress.Unusable(description: "\(path) cannot be read: \(error)")
        }
    }

    func hasFile(_ path: String) -> Bool {
        if case .success = contents(path) { true } else { false }
    }
}

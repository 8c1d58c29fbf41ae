package import PosixIO
import WireKit

/// A credential helper that could not be asked.
package struct CredentialHelperFailure: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String
}

extension DockerEnvironment {
    /// What the user's Docker configuration knows about a registry, as the Docker CLI looks it up: the registry's own
    /// helper, else the store for all registries, else what `config.json` itself holds.
    ///
    /// - Parameters:
    ///   - registry: its host and port, or `docker.io`.
    ///   - loop: the loop that the caller runs on.
    /// - Returns: nil when nothing is known.
    /// - Throws: `CredentialHelperFailure` naming the helper, or the file, at fault.
    nonisolated(nonsending)
        package func credentials(
            for registry: String,
            on loop: EventLoop
        ) async throws(CredentialHelperFailure) -> RegistryCredentials?
    {
        let configuration: DockerConfiguration
        do throws(EngineAddress.Unusable) {
            configuration = try self.configuration()
        } catch {
            throw CredentialHelperFailure(description: error.description)
        }
        let names = DockerConfiguration.serverNames(of: registry)
        for name in names {
            if let helper = configuration.credentialHelpers[name] {
                return try await CredentialHelper(helper).credentials(for: name, on: loop)
            }
        }
        if let store = configuration.credentialStore {
            let helper = CredentialHelper(store)
            // A registry is stored under the name that it was logged in with.
            let known = names.filter { configuration.authentications[$0] != nil }
            for name in known.isEmpty ? [names[0]] : known {
                if let found = try await helper.credentials(for: name, on: loop) { return found }
            }
        }
        for name in names {
            if let known = configuration.authentications[name] { return known.credentials(serverAddress: name) }
        }
        return nil
    }
}

/// A program that keeps credentials: `docker-credential-NAME get` reads a registry's name and prints a JSON object.
struct CredentialHelper {
    let name: String

    init(_ name: String) { self.name = name }

    /// What a helper gives as the user's name when the secret is a token.
    private static let tokenUser = "<token>"

    nonisolated(nonsending)
        func credentials(
            for server: String,
            on loop: EventLoop
        ) async throws(CredentialHelperFailure) -> RegistryCredentials?
    {
        // The name comes from a file: it must not lead to a program outside of PATH.
        guard !name.isEmpty, name.utf8.allSatisfy(Self.isNameCharacter) else {
            throw CredentialHelperFailure(description: "\"\(name)\" cannot be the name of a credential helper")
        }
        let program = "docker-credential-\(name)"
        let outcome: Subprocess.Outcome
        do throws(TransportError) {
            outcome = try await Subprocess.run(
                program,
                ["get"],
                input: Array(server.utf8),
                outputLimit: 64 * 1024,
                timeout: .seconds(30),
                on: loop
            )
        } catch {
            throw CredentialHelperFailure(description: "the credential helper \(error)")
        }
        // That it knows nothing is an ordinary answer: a public image needs no login.
        guard outcome.status == 0 else { return nil }
        guard let json = try? JSON(parsing: outcome.output), let user = json["Username"]?.string,
            let secret = json["Secret"]?.string
        else {
            throw CredentialHelperFailure(description: "\(program) printed something else than credentials")
        }
        if secret.isEmpty { return nil }
        return RegistryCredentials(
            user == Self.tokenUser
                ? .identityToken(Credential(secret)) : .password(user: user, Credential(secret)),
            serverAddress: server
        )
    }

    private static func isNameCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}

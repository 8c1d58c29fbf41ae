import PosixIO
import WireKit

/// Where to connect.
extension ConnectionSettings {
    /// A host as the settings name it.
    struct Host {
        var name: String
        var address: String
        var port: UInt16

        /// A directory of sockets, or a name in Linux's abstract namespace.
        var isSocketDirectory: Bool { address.isEmpty && (name.hasPrefix("/") || name.hasPrefix("@")) }

        var endpoint: Endpoint {
            if isSocketDirectory { return .unix(path: "\(name)/.s.PGSQL.\(port)") }
            return .tcp(host: address.isEmpty ? name : address, port: port)
        }

        /// The text that stands for it in a password file.
        var passwordFileName: String {
            // Where Debian's and everyone else's servers put their sockets unless told otherwise.
            let defaults = ["/var/run/postgresql", "/tmp"]
            if name.isEmpty { return address }
            return defaults.contains(name) ? "localhost" : name
        }
    }

    /// The hosts in the order given: as many as `hostaddr` lists, or else `host`.
    ///
    /// - Throws: `ConnectionSettingError` when the lists do not fit together, or an element cannot be used.
    func hosts() throws(ConnectionSettingError) -> [Host] {
        let (names, addresses, ports) = (list(.host), list(.hostaddr), list(.port))
        let count = max(1, addresses.isEmpty ? names.count : addresses.count)
        if !addresses.isEmpty, !names.isEmpty, names.count != count {
            throw refusal(.hostaddr, "lists \(addresses.count) addresses for \(names.count) hosts")
        }
        guard ports.count <= 1 || ports.count == count else {
            throw refusal(.port, "lists \(ports.count) ports for \(count) hosts")
        }
        var hosts: [Host] = []
        for index in 0..<count {
            let port = ports.count == 1 ? ports[0] : ports.isEmpty ? "" : ports[index]
            var host = Host(
                name: names.isEmpty ? "" : names[index],
                address: addresses.isEmpty ? "" : addresses[index],
                port: try self.port(port)
            )
            if !host.address.isEmpty, !SocketAddress.isLiteral(host.address) {
                throw refusal(.hostaddr, "must be an IP address, not \"\(host.address)\"")
            }
            if host.name.isEmpty, host.address.isEmpty { host.name = defaults[.host] ?? "localhost" }
            hosts.append(host)
        }
        return hosts
    }

    private func port(_ text: String) throws(ConnectionSettingError) -> UInt16 {
        if text.isEmpty { return 5432 }
        // Shown only if it is a number: in a malformed URI it may be a piece of the password.
        guard let number = Self.integer(text) else {
            throw refusal(.port, "must be a number between 1 and 65535")
        }
        guard let port = UInt16(exactly: number), port > 0 else {
            throw refusal(.port, "must be between 1 and 65535, not \(number)")
        }
        return port
    }
}

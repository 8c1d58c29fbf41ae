/// Everything that was said about a connection, by whoever said it first.
///
/// In this order, which is libpq's with options before it and the program's own defaults after it: options, the
/// connection string, the service, the environment, the defaults.
package struct ConnectionSettings: Sendable {
    /// A value with the place where it was set.
    package struct Setting: Equatable, Sendable {
        package let text: String
        /// Begins a sentence about it.
        package let origin: String

        package init(_ text: String, origin: String) {
            self.text = text
            self.origin = origin
        }
    }

    private(set) var settings: [ConnectionKeyword: Setting]
    let surroundings: ConnectionSurroundings
    /// Last resort for the host, the user, the password, the database and the application's name.
    let defaults: [ConnectionKeyword: String]

    /// Gathers the settings.
    ///
    /// - Parameters:
    ///   - options: single settings, before all others.
    ///   - connectionString: a URI or `keyword=value` pairs.
    ///   - surroundings: the environment and the files.
    ///   - defaults: the program's own.
    /// - Throws: `ConnectionSettingError` when the connection string or the service cannot be read.
    package init(
        options: [ConnectionKeyword: Setting],
        connectionString: Setting?,
        surroundings: ConnectionSurroundings,
        defaults: [ConnectionKeyword: String]
    ) throws(ConnectionSettingError) {
        settings = options
        self.surroundings = surroundings
        self.defaults = defaults
        if let connectionString { try add(connectionString) }
        try addService()
        addEnvironment()
        // The authority of everyone's certificates says nothing without the name: the default must not be weak here.
        if settings[.sslmode] == nil, settings[.sslrootcert]?.text == "system" {
            settings[.sslmode] = Setting("verify-full", origin: "sslrootcert=system")
        }
    }

    private mutating func add(_ connectionString: Setting) throws(ConnectionSettingError) {
        let values: [ConnectionKeyword: String]
        do throws(ConnectionStringError) {
            values = try ConnectionString(connectionString.text).values
        } catch {
            throw ConnectionSettingError(connectionString.origin, error.reason)
        }
        for (keyword, value) in values {
            add(keyword, Setting(value, origin: "\(keyword.rawValue) in \(connectionString.origin)"))
        }
    }

    private mutating func addEnvironment() {
        for keyword in ConnectionKeyword.allCases {
            guard let name = keyword.environmentVariable, let value = surroundings.variables[name] else { continue }
            add(keyword, Setting(value, origin: name))
        }
        // Older than PGSSLMODE.
        if surroundings.variables["PGREQUIRESSL"]?.first == "1" {
            add(.sslmode, Setting("require", origin: "PGREQUIRESSL"))
        }
    }

    private mutating func add(_ keyword: ConnectionKeyword, _ setting: Setting) {
        if settings[keyword] == nil { settings[keyword] = setting }
    }

    /// Adds what the service says that was asked for, if one was.
    private mutating func addService() throws(ConnectionSettingError) {
        let environment = surroundings.variables["PGSERVICE"].map { Setting($0, origin: "PGSERVICE") }
        guard let service = settings[.service] ?? environment else { return }
        if let path = surroundings.variables["PGSERVICEFILE"], surroundings.files.file(path) == .absent {
            throw ConnectionSettingError("PGSERVICEFILE", "names \(path), which does not exist")
        }
        for path in serviceFiles {
            guard let values = try Self.settings(of: service, in: path, surroundings.files) else { continue }
            for (keyword, value) in values {
                add(keyword, Setting(value, origin: "\(keyword.rawValue) of service \"\(service.text)\" in \(path)"))
            }
            return
        }
        let places = serviceFiles.joined(separator: ", ")
        throw ConnectionSettingError(service.origin, "names the service \"\(service.text)\", which is not in \(places)")
    }

    /// The user's file, then the system's; libpq, too, looks into the second only if the first has no such service.
    private var serviceFiles: [String] {
        let variables = surroundings.variables
        let system = variables["PGSYSCONFDIR"].map { [$0] } ?? ConnectionSurroundings.systemConfigurationDirectories
        let user = variables["PGSERVICEFILE"] ?? surroundings.homeFile(".pg_service.conf")
        return [user].compactMap(\.self) + system.map { "\($0)/pg_service.conf" }
    }

    private static func settings(
        of service: Setting,
        in path: String,
        _ files: any ConnectionFiles
    ) throws(ConnectionSettingError) -> [ConnectionKeyword: String]? {
        switch files.file(path) {
        case .absent: return nil
        case .unreadable(let reason): throw ConnectionSettingError(path, "cannot be read: \(reason)")
        case .contents(let contents, _):
            do throws(ConnectionStringError) {
                return try ServiceFile(contents).settings(of: service.text)
            } catch {
                throw ConnectionSettingError(path, "cannot be used: \(error.reason)")
            }
        }
    }
}

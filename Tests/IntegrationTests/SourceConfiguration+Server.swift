import Migration
import PosixIO
import PostgresClient
import TestSupport

extension SourceConfiguration {
    /// A schema on the tests' server, over its unix-domain socket.
    init(
        _ server: PostgresServer,
        user: String? = nil,
        database: String,
        schema: String = "public"
    ) throws(InvalidOption) {
        try self.init(
            connection: PostgresConfiguration(
                endpoints: [.unix(path: server.socketPath)],
                user: user ?? server.superuser,
                database: database,
                connectTimeout: .seconds(120)
            ),
            schema: schema
        )
    }
}

namespace IncidentBot.Outgoing;

/// <summary>Makes the clients by which this program asks others: vendors, Alertmanagers, whoever hears its heartbeat.</summary>
internal static class CarefulClient
{
    /// <summary>As the environment was when the program began; nothing changes it later.</summary>
    public static readonly EnvironmentProxy Proxy = new(Environment.GetEnvironmentVariable);

    /// <summary>
    /// One named client. Neither logs nor traces are made of its requests, because an address may hold a token; redirects are not
    /// followed, because a token must not travel to where they point; names are resolved anew from time to time.
    /// </summary>
    public static IServiceCollection AddCarefulClient(this IServiceCollection services, string name)
    {
        Add(services, name);
        return services;
    }

    /// <summary>The same for an API, whose answers are read: whole and up to a bound. Time limits are the caller's.</summary>
    /// <param name="trust">Decides whom to believe by TLS; null for whom this machine trusts.</param>
    public static IServiceCollection AddApiClient(
        this IServiceCollection services, string name, Func<IServiceProvider, PrivateAuthority>? trust = null)
    {
        Add(services, name, trust)
            .ConfigureHttpClient(client => client.Timeout = Timeout.InfiniteTimeSpan)
            .AddHttpMessageHandler(() => new BoundedAnswers());
        return services;
    }

    private static IHttpClientBuilder Add(
        IServiceCollection services, string name, Func<IServiceProvider, PrivateAuthority>? trust = null) =>
        services.AddHttpClient(name)
            .RemoveAllLoggers()
            .ConfigurePrimaryHttpMessageHandler(provider =>
            {
                var handler = new SocketsHttpHandler
                {
                    AllowAutoRedirect = false,
                    UseCookies = false,
                    ActivityHeadersPropagator = null,
                    Proxy = Proxy,
                    PooledConnectionLifetime = TimeSpan.FromMinutes(5),
                };
                if (trust?.Invoke(provider) is { } authority)
                {
                    handler.SslOptions.RemoteCertificateValidationCallback =
                        (_, certificate, chain, errors) => authority.Accepts(certificate, chain, errors);
                }

                return handler;
            });
}

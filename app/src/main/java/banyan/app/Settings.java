package banyan.app;

import banyan.engines.redis.RedisSettings;
import banyan.platform.cache.CacheSettings;
import banyan.platform.data.DataSettings;
import banyan.platform.nodes.NodesSettings;
import banyan.platform.toggles.ToggleSettings;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Configuration;

/** The settings that the ground knows; a module names its own. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({
  NodeSettings.class,
  EngineSettings.class,
  EmbeddedSettings.class,
  DataSettings.class,
  CacheSettings.class,
  RedisSettings.class,
  ToggleSettings.class,
  NodesSettings.class
})
class Settings {}

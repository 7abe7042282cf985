package pipelines

import (
	"errors"
	"regexp"

	"sigs.k8s.io/yaml"
)

// azurePipeline has the fields of Azure Pipelines that the example uses. Names match in any case.
//
// Source: https://learn.microsoft.com/azure/devops/pipelines/yaml-schema/, and the schema in the package comment.
type azurePipeline struct {
	Trigger, PR string
	Schedules   []struct {
		Cron, DisplayName string
		Branches          struct{ Include []string }
		Always            bool
	}
	Resources struct {
		Repositories []struct{ Repository, Type, Name, Ref string }
	}
	Variables []struct{ Group string }
	Pool      struct{ VMImage string }
	Jobs      []struct {
		Job              string
		TimeoutInMinutes int
		Steps            []struct {
			Checkout, Path, Task, Script, DisplayName, WorkingDirectory string
			Inputs, Env                                                 map[string]string
			Condition                                                   *bool
		}
	}
}

// macro is a variable that Azure Pipelines replaces before the shell runs.
var macro = regexp.MustCompile(`\$\([A-Za-z_][\w.]*\)`)

// checkAzurePipelines decodes the pipeline strictly. It does not check whether Azure has the tasks and images.
func checkAzurePipelines(text []byte) error {
	var pipeline azurePipeline
	if err := yaml.UnmarshalStrict(text, &pipeline); err != nil {
		return err
	}
	if len(pipeline.Schedules) == 0 {
		return errors.New("no schedule")
	}
	for _, s := range pipeline.Schedules {
		if !s.Always {
			return errors.New("a schedule needs always: true, or it stops when nothing is pushed")
		}
	}
	var commands []string
	named := false
	for _, job := range pipeline.Jobs {
		for _, step := range job.Steps {
			named = named || step.Inputs["azureSubscription"] != ""
			if step.Checkout+step.Task+step.Script == "" {
				return errors.New("a step is neither a checkout nor a task nor a script")
			}
			commands = append(commands, macro.ReplaceAllString(step.Script, "macro"))
		}
	}
	if !named {
		return errors.New("no task names the service connection, and without that there is no OIDC token")
	}
	return runsTheScript(commands...)
}

// gitLabPipeline has the fields of GitLab CI/CD that the example uses.
//
// Source: https://docs.gitlab.com/ci/yaml/, and the schema in the package comment.
type gitLabPipeline struct {
	Workflow struct {
		Rules []struct{ If string }
	}
	Keepalive struct {
		Image, Timeout string
		Interruptible  *bool
		ResourceGroup  string                          `json:"resource_group"`
		IDTokens       map[string]struct{ Aud string } `json:"id_tokens"`
		Variables      map[string]string
		BeforeScript   []string `json:"before_script"`
		Script         []string
	}
}

// checkGitLab decodes the pipeline strictly.
func checkGitLab(text []byte) error {
	var pipeline gitLabPipeline
	if err := yaml.UnmarshalStrict(text, &pipeline); err != nil {
		return err
	}
	job := pipeline.Keepalive
	if job.ResourceGroup == "" || job.Interruptible == nil || *job.Interruptible {
		return errors.New("the job needs resource_group, or two runs use the state at once, and interruptible: false, or a run is killed")
	}
	return runsTheScript(append(job.BeforeScript, job.Script...)...)
}
